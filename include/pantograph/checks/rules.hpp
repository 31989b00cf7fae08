// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every rule that a metric schema must keep, once: its id, its sentence and its cure. A rule is a
// type, so that the compiler prints, beside the sentence, the schema and the field it stopped at
// (`tool_metrics`, `&....latency_ms`). Each id has a page, docs/diagnostics/<room>-<slug>.md, and a
// test, tests/rejects/<room>_<slug>.cpp.
//
// The first broken rule speaks, later ones stay silent.

namespace pantograph::checks {

// What a schema can get wrong, in the order in which it is looked for.
enum class rule : unsigned char {
  none,
  prefix,
  help,
  name_case,
  colon,
  reserved_name,
  reserved_suffix,
  counter_suffix,
  total_suffix,
  info_suffix,
  type_in_name,
  unit_abbreviation,
  base_unit,
  unit_suffix,
  unit_contradiction,
  label_case,
  label_reserved,
  label_duplicate,
  label_unbounded,
  series_limit,
  name_clash,
};

// Dependent on the template's arguments, so that it fails where the rule is applied.
template <class...>
inline constexpr bool keeps = false;

// ---- the struct itself ----

template <class Schema, bool Keeps>
struct schema_is_a_plain_struct {
  static_assert(Keeps,
                "[schema/aggregate] a metric schema is a plain struct: no constructor, base class, "
                "private or virtual member. Move what is not an instrument out of it");
};
template <class Schema, bool Keeps>
struct schema_has_at_most_200_fields {
  static_assert(Keeps,
                "[schema/fields] a struct can be reflected up to 200 fields. Group fields into "
                "structs of their own and nest those: names are joined with '_'");
};
template <class Schema, bool Keeps>
struct schema_has_a_field {
  static_assert(Keeps,
                "[schema/empty] a metric schema holds at least one instrument. Add one, or remove "
                "the struct");
};
template <class Schema, class FieldType, bool Keeps>
struct every_field_is_an_instrument {
  static_assert(Keeps,
                "[schema/field-type] every field of a metric schema is an instrument (counter, "
                "up_down, gauge, histogram, observed_counter, observed_gauge, money_counter, info, "
                "state_set, runtime_metrics) or a nested schema. Move other members out of it");
};
template <class Schema, bool Keeps>
struct schema_is_a_constant_expression {
  static_assert(Keeps,
                "[schema/literal] a metric schema can be made in a constant expression: give every "
                "instrument its help text in place, counter<> x_total{\"Text.\"}");
};

// ---- names ----

template <class Schema, bool Keeps>
struct prefix_is_a_name {
  static_assert(Keeps,
                "[schema/prefix] a prefix is empty or snake_case letters and digits, starting with "
                "a letter and without '_' at its end. Write prefix = \"mcp\"");
};
template <class Schema, class Field, bool Keeps>
struct metric_has_help {
  static_assert(Keeps,
                "[metric/help] a metric has a help text that says what is counted. Write it as the "
                "constructor argument: counter<> calls_total{\"Calls answered.\"}");
};
template <class Schema, class Field, bool Keeps>
struct metric_name_is_snake_case {
  static_assert(Keeps,
                "[metric/snake-case] a metric's name is lower case with single underscores between "
                "words. Rename the field: requestCount becomes requests_total");
};
template <class Schema, class Field, bool Keeps>
struct metric_name_has_no_colon {
  static_assert(Keeps,
                "[metric/colon] a colon in a metric's name is for recording rules. Take it out of "
                "the prefix");
};
template <class Schema, class Field, bool Keeps>
struct metric_name_is_not_reserved {
  static_assert(Keeps,
                "[metric/reserved-name] Prometheus makes up, ALERTS, ALERTS_FOR_STATE and scrape_... "
                "itself, and names that start with __ are its own. Give the schema a prefix");
};
template <class Schema, class Field, bool Keeps>
struct metric_name_has_no_reserved_suffix {
  static_assert(Keeps,
                "[metric/reserved-suffix] _bucket, _count, _sum and _created are endings that a "
                "histogram gives its samples. Name what is counted instead: items_count becomes "
                "items");
};
template <class Schema, class Field, bool Keeps>
struct counter_name_ends_in_total {
  static_assert(Keeps,
                "[metric/counter-suffix] a counter's name ends in _total. Append _total to the "
                "field's name");
};
template <class Schema, class Field, bool Keeps>
struct only_counters_end_in_total {
  static_assert(Keeps,
                "[metric/total-suffix] only a counter's name ends in _total. Take _total off the "
                "field's name, or make it a counter");
};
template <class Schema, class Field, bool Keeps>
struct info_name_ends_in_info {
  static_assert(Keeps,
                "[metric/info-suffix] an info's name ends in _info, and nothing else's does "
                "(OpenMetrics 1.0, 5.1.7). Append _info to the field's name, or take it off");
};
template <class Schema, class Field, bool Keeps>
struct metric_name_has_no_type {
  static_assert(Keeps,
                "[metric/type-in-name] a metric's name does not contain its type (counter, gauge, "
                "histogram, summary, untyped, info in the middle). Name what is measured instead");
};

// ---- units ----

template <class Schema, class Field, bool Keeps>
struct unit_is_not_abbreviated {
  static_assert(Keeps,
                "[metric/unit-abbreviation] a unit is written out in a metric's name: s, ms, us, ns, "
                "sec, b, kb, mb, gb, tb, pb, m, h, d are not words. Write _seconds or _bytes");
};
template <class Schema, class Field, bool Keeps>
struct unit_is_a_base_unit {
  static_assert(Keeps,
                "[metric/base-unit] a metric is in a base unit: seconds, bytes, meters, grams, "
                "joules, volts, amperes, celsius, kelvin, ratio; not milliseconds, minutes, "
                "kilobytes, bits, percent. Rename the field; values are converted on recording");
};
template <class Schema, class Field, bool Keeps>
struct name_ends_in_the_unit {
  static_assert(Keeps,
                "[metric/unit-suffix] a metric's name ends in its unit (before _total). Append the "
                "unit: counter<bytes> is called ..._bytes_total, histogram<seconds> ..._seconds");
};
template <class Schema, class Field, bool Keeps>
struct name_does_not_contradict_the_unit {
  static_assert(Keeps,
                "[metric/unit-contradiction] the name ends in a unit that the instrument does not "
                "have. Declare that unit, gauge<bytes> x_bytes, or rename the field");
};

// ---- labels ----

template <class Schema, class Field, bool Keeps>
struct label_name_is_snake_case {
  static_assert(Keeps,
                "[label/snake-case] a label's name is lower case with single underscores between "
                "words. Rename the field of the label struct");
};
template <class Schema, class Field, bool Keeps>
struct label_name_is_not_reserved {
  static_assert(Keeps,
                "[label/reserved] le, quantile, job, instance and names that start with __ are "
                "Prometheus' own labels. Rename the field of the label struct");
};
template <class Schema, class Field, bool Keeps>
struct label_is_there_once {
  static_assert(Keeps,
                "[label/duplicate] a label of the schema's instance struct has the same name as one "
                "of this metric. Rename one of the two");
};
template <class Schema, class Field, bool Keeps>
struct text_label_is_bounded {
  static_assert(Keeps,
                "[label/unbounded] a label whose values are text can grow without end. Write the "
                "bound beside it: counter<agent_call, at_most<1000>>");
};
template <class Schema, class Field, bool Keeps>
struct family_is_within_its_series_limit {
  static_assert(Keeps,
                "[metric/series-limit] the labels make more series than the family may have (100 "
                "unless more is written). Drop a label, or write the number: at_most<512>");
};
template <class Schema, class Field, bool Keeps>
struct name_is_unique {
  static_assert(Keeps,
                "[metric/name-clash] another field of this schema exports a sample of the same name: "
                "x_total clashes with x, x_count, x_sum and x_bucket with a histogram x, x_info with "
                "x. Rename one of the two");
};

}  // namespace pantograph::checks
