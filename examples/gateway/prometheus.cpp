// SPDX-License-Identifier: Apache-2.0

#include "prometheus.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "http_get.hpp"

namespace gateway {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// One that is free now. Should another program take it first, Prometheus ends, and we try again.
std::uint16_t free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  const bool found = bind(probe, reinterpret_cast<sockaddr*>(&where), size) == 0 &&
                     getsockname(probe, reinterpret_cast<sockaddr*>(&where), &size) == 0;
  close(probe);
  return found ? ntohs(where.sin_port) : std::uint16_t{0};
}

// `at` within JSON such as {"data": {"result": [...]}}; null: not there.
const boost::json::value* find(const boost::json::value& in, std::string_view at) {
  boost::system::error_code missing;
  return in.find_pointer(at, missing);
}
boost::json::value parse(std::string_view text) {
  boost::system::error_code problem;
  return boost::json::parse(text, problem);  // null on a problem
}

}  // namespace

std::string find_prometheus() {
  const char* path = std::getenv("PATH");
  for (std::string_view rest = path == nullptr ? "" : path; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string candidate = std::string(rest.substr(0, end)) + "/prometheus";
    std::error_code ignored;
    if (access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate, ignored)) {
      return candidate;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

pantograph::result<std::unique_ptr<prometheus>> prometheus::start(const std::string& program,
                                                                  std::uint16_t target,
                                                                  const std::atomic<bool>& stop) {
  std::unique_ptr<prometheus> made(new prometheus);
  std::error_code no_folder;
  std::string folder = (fs::temp_directory_path(no_folder) / "gateway-XXXXXX").string();
  if (no_folder || mkdtemp(folder.data()) == nullptr) {
    return pantograph::error{"prometheus/folder",
                             "no temporary folder: " + folder + ": " + std::strerror(errno)};
  }
  made->folder_ = folder;
  std::ofstream config(folder + "/prometheus.yml");
  config << "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
            "scrape_configs:\n  - job_name: gateway\n    static_configs:\n"
            "      - targets: ['127.0.0.1:"
         << target << "']\n";
  config.close();
  for (int tries = 0; tries < 3 && !stop; ++tries) {
    if (!config || !made->launch(program)) return made->failed("could not be started");
    for (int i = 0; i < 200 && !stop && made->alive(); ++i) {
      // Its own folder among its flags: another program's server on this port is never believed.
      if (http_get(made->port_, "/-/ready", 1s).status == 200 &&
          http_get(made->port_, "/api/v1/status/flags", 1s).body.find(folder) !=
              std::string::npos) {
        return made;
      }
      std::this_thread::sleep_for(50ms);
    }
    made->end();
  }
  return made->failed(stop ? "was stopped before it was ready" : "did not become ready");
}

bool prometheus::launch(const std::string& program) {
  port_ = free_port();
  const std::string log = folder_ + "/prometheus.log", config = folder_ + "/prometheus.yml";
  const std::string arguments[] = {program, "--config.file=" + config,
                                   "--storage.tsdb.path=" + folder_ + "/data",
                                   "--web.listen-address=127.0.0.1:" + std::to_string(port_)};
  const char* list[] = {arguments[0].c_str(), arguments[1].c_str(), arguments[2].c_str(),
                        arguments[3].c_str(), nullptr};
  const pid_t parent = getpid();
  child_ = fork();
  if (child_ != 0) return child_ > 0;
  // In the child, until exec, only what is safe after a fork of a program with threads. A group of
  // its own: Ctrl-C in the terminal is for us, and we end it.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (getppid() != parent || out < 0) _exit(127);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  execv(list[0], const_cast<char**>(list));
  _exit(127);
}

bool prometheus::alive() {
  if (child_ > 0 && waitpid(child_, nullptr, WNOHANG) == child_) child_ = -1;
  return child_ > 0;
}

void prometheus::end() noexcept {
  if (child_ <= 0) return;
  kill(child_, SIGTERM);
  for (int i = 0; i < 100; ++i) {  // 5 s
    if (!alive()) return;
    std::this_thread::sleep_for(50ms);
  }
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  child_ = -1;
}

prometheus::~prometheus() {
  end();
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

pantograph::error prometheus::failed(const std::string& what) const {
  std::ifstream log(folder_ + "/prometheus.log");
  const std::string text{std::istreambuf_iterator<char>(log), {}};
  const std::size_t kept = std::min<std::size_t>(text.size(), 600);
  return {"prometheus/failed", "Prometheus " + what + (kept == 0 ? "" : "; the end of its log:\n") +
                                   text.substr(text.size() - kept)};
}

pantograph::result<void> prometheus::wait_for_scrape(std::chrono::system_clock::time_point moment,
                                                     const std::atomic<bool>& stop) {
  const double after = std::chrono::duration<double>(moment.time_since_epoch()).count();
  for (int i = 0; i < 100 && !stop; ++i) {
    if (!alive()) return failed("ended by itself");
    // timestamp() of anything but a plain selector would be the time of the question.
    const auto scraped = ask("timestamp(up{job=\"gateway\"})");
    if (scraped && *scraped > after && ask("up{job=\"gateway\"}") == 1.0) return {};
    std::this_thread::sleep_for(100ms);
  }
  return failed("has not scraped this program within 10 s");
}

std::optional<double> prometheus::ask(std::string_view expression) {
  const auto answer = http_get(port_, "/api/v1/query?query=" + percent_encoded(expression));
  const boost::json::value json = parse(answer.body);
  const auto* result = find(json, "/data/result");
  const auto* value = find(json, "/data/result/0/value/1");
  if (result == nullptr || value == nullptr || !value->is_string()) return std::nullopt;
  if (result->as_array().size() != 1) return std::nullopt;
  return std::strtod(value->as_string().c_str(), nullptr);
}

}  // namespace gateway
