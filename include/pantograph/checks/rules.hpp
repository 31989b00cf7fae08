// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every rule that a metric schema must keep, once: its id, its sentence and its cure. A rule is a
// type, so that the compiler prints, beside the sentence, the schema and the field it stopped at
// (`tool_metrics`, `&....latency_ms`). Each id has a page, docs/diagnostics/<room>-<slug>.md, and a
// test, tests/rejects/<room>_<slug>.cpp. What labels, options and buckets must keep by themselves is
// asserted where they are declared (schema/, reflect/), in the same form.
//
// The assertion stands in a function: one that fails in a class makes clang distrust the class, and
// everything that used it fails after it.

#include <cstddef>

namespace pantograph::checks {

// What a schema can get wrong, in the order in which it is looked for.
enum class rule : unsigned char {
  none,
  prefix,
  help,
  colon,
  reserved_name,
  name_case,
  reserved_suffix,
  counter_suffix,
  total_suffix,
  info_suffix,
  type_in_name,
  unit_abbreviation,
  base_unit,
  unit_suffix,
  unit_contradiction,
  label_reserved,
  label_case,
  label_duplicate,
  label_many,
  label_unbounded,
  series_limit,
  name_clash,
};

// ---- the struct itself ----

template <class Schema, bool Keeps>
struct schema_is_a_plain_struct {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[schema/aggregate] this metric schema is not a plain struct: it has no "
                  "constructor, base class, private or virtual member. Keep only instruments in it "
                  "and move the rest elsewhere");
    return Keeps;
  }
};
template <class Schema, std::size_t Fields, bool Keeps>
struct schema_has_at_most_200_fields {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[schema/fields] this metric schema has more than 200 fields, and no more can be "
                  "reflected. Group fields into structs of their own and make those the fields: "
                  "names are joined with '_'");
    return Keeps;
  }
};
template <class Schema, bool Keeps>
struct schema_has_a_field {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[schema/empty] this metric schema has no field: a schema holds at least one "
                  "instrument. Add one, or remove the struct");
    return Keeps;
  }
};
template <class Schema, class Field, class FieldType, bool Keeps>
struct every_field_is_an_instrument {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[schema/field-type] this field is neither an instrument nor a metric schema: a "
                  "schema's fields are counter, up_down, gauge, histogram, observed_counter, "
                  "observed_gauge, money_counter, info, state_set, runtime_metrics, or structs of "
                  "those. Move the field elsewhere");
    return Keeps;
  }
};
template <class Schema, bool Keeps>
struct schema_is_a_constant_expression {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[schema/literal] this metric schema cannot be made in a constant expression: "
                  "every instrument gets its help text where it is declared. Write "
                  "counter<> calls_total{\"Calls answered.\"}");
    return Keeps;
  }
};

// ---- names ----

template <class Schema, bool Keeps>
struct prefix_is_a_name {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[schema/prefix] this schema's prefix cannot start a metric's name: a prefix is "
                  "empty, or lower-case letters and digits with single underscores between words, "
                  "a letter first. Write static constexpr std::string_view prefix = \"mcp\"");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct metric_has_help {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/help] this metric's help text is empty: it says what is counted. Write it "
                  "as the constructor argument, counter<> calls_total{\"Calls answered.\"}");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct metric_name_has_no_colon {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/colon] this metric's name has a colon, which is for recording rules. Take "
                  "it out of the schema's prefix");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct metric_name_is_not_reserved {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/reserved-name] this metric has a name that Prometheus makes itself: up, "
                  "ALERTS, ALERTS_FOR_STATE, scrape_... and all that start with __. Rename the "
                  "field, or give the schema a prefix");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct metric_name_is_snake_case {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/snake-case] this metric's name is not in snake case: lower-case letters "
                  "and digits, single underscores between words, none at an end. Rename the field: "
                  "requestCount_total becomes requests_total");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct metric_name_has_no_reserved_suffix {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/reserved-suffix] this metric's name ends in _bucket, _count, _sum or "
                  "_created, which histograms and counters give to their samples. Name what is "
                  "counted instead: item_count becomes items");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct counter_name_ends_in_total {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/counter-suffix] this counter's name does not end in _total, as every "
                  "counter's does. Append _total to the field's name");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct only_counters_end_in_total {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/total-suffix] this metric is no counter and its name ends in _total, which "
                  "only counters' names do. Take _total off the field's name, or make it a counter");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct info_name_ends_in_info {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/info-suffix] the name of an info ends in _info, and no other metric's "
                  "does. Append _info to the field's name, or take it off");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct metric_name_has_no_type {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/type-in-name] this metric's name contains counter, gauge or histogram: a "
                  "name says what is measured, its type is told beside it. Take the word out of the "
                  "field's name");
    return Keeps;
  }
};

// ---- units ----

template <class Schema, class Field, bool Keeps>
struct unit_is_not_abbreviated {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/unit-abbreviation] this metric's name has an abbreviated unit: s, ms, us, "
                  "ns, sec, b, kb, mb, gb, tb, pb, m, h, d are no words in a name. Write seconds or "
                  "bytes in full");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct unit_is_a_base_unit {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/base-unit] this metric's name has a unit that is no base unit (such as "
                  "milliseconds, minutes, kilobytes, bits, percent): the base units are seconds, "
                  "bytes, ratio, usd, celsius, kelvin, meters, grams, joules, volts, amperes. Rename "
                  "the field; durations are converted on recording");
    return Keeps;
  }
};
template <class Schema, class Field, class Unit, bool Keeps>
struct name_ends_in_the_unit {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/unit-suffix] this metric's name does not end in its unit, before _total. "
                  "Append it to the field's name: gauge<bytes> ..._bytes, counter<seconds> "
                  "..._seconds_total");
    return Keeps;
  }
};
template <class Schema, class Field, class Unit, bool Keeps>
struct name_does_not_contradict_the_unit {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/unit-contradiction] this metric's name ends in a unit that is not the one "
                  "it is declared with. Declare that unit, gauge<bytes> heap_bytes, or rename the "
                  "field");
    return Keeps;
  }
};

// ---- labels ----

// Which label of which metric a rule stopped at; of the instance labels, the struct alone.
template <class Metric, class Label>
struct label_of_metric;

template <class Schema, class Field, bool Keeps>
struct label_name_is_not_reserved {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[label/reserved] this label has a name that Prometheus sets itself: le, quantile, "
                  "job, instance and all that start with __. Rename the field of the label struct");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct label_name_is_snake_case {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[label/snake-case] this label's name is not in snake case: lower-case letters and "
                  "digits, single underscores between words, none at an end. Rename the field of "
                  "the label struct");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct label_is_there_once {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[label/duplicate] this metric has a label of the same name as one of the schema's "
                  "instance labels, and a series has each label once. Rename one of the two");
    return Keeps;
  }
};
template <class Schema, class Field, std::size_t Labels, bool Keeps>
struct metric_has_at_most_30_labels {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[label/many] this metric has more than 30 labels, instance labels among them: "
                  "servers refuse such series. Leave out what no query asks for; what never changes "
                  "belongs into an info");
    return Keeps;
  }
};
template <class Schema, class Field, bool Keeps>
struct text_label_is_bounded {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[label/unbounded] this metric has a label whose values are text, so its series can "
                  "grow without end. Write how many there may be, counter<agent_call, at_most<1000>>, "
                  "or make the values an enum");
    return Keeps;
  }
};
template <class Schema, class Field, std::size_t Series, std::size_t Limit, bool Keeps>
struct family_is_within_its_series_limit {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/series-limit] this metric's labels make more series than it may have, which "
                  "is 100 unless another number is written. Drop a label, or write the number: "
                  "at_most<512>");
    return Keeps;
  }
};

// ---- between the metrics of a schema ----

template <class Schema, class Field, class OtherField, bool Keeps>
struct name_is_unique {
  static consteval bool holds() {
    static_assert(Keeps,
                  "[metric/name-clash] two metrics of this schema export a sample or a family of the "
                  "same name: x_total clashes with x, x_count with a histogram x, x_info with x, and "
                  "whatever starts with the name of a runtime_metrics field with that. Rename one "
                  "of the two");
    return Keeps;
  }
};

}  // namespace pantograph::checks
