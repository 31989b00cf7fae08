// SPDX-License-Identifier: Apache-2.0
//
// What the endpoint does to the process around it: descriptors, signals, fork, running out of
// descriptors. It changes process-wide settings, so it is a program of its own.

#include <pantograph/exporters/http.hpp>

#include <gtest/gtest.h>

#include "http_client.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#if defined(__SANITIZE_THREAD__)
#define UNDER_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_THREAD_SANITIZER
#endif
#endif

namespace {

using http_testing::client;
using namespace pantograph;
using namespace std::chrono_literals;

struct small_text {
  void write(text_sink sink, text_format, std::chrono::nanoseconds) {
    sink.write(sink.context, "up 1\n", 5);
  }
};

std::set<int> open_descriptors() {
  std::set<int> found;
  DIR* const folder = ::opendir("/proc/self/fd");
  while (const dirent* const entry = ::readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    if (const int each = std::atoi(entry->d_name); each != ::dirfd(folder)) found.insert(each);
  }
  ::closedir(folder);
  return found;
}

// The line of /proc/<pid>/task/<tid>/status for the endpoint's thread.
std::string thread_status(const std::string& key) {
  std::string value;
  DIR* const folder = ::opendir("/proc/self/task");
  while (const dirent* const entry = ::readdir(folder)) {
    std::ifstream status("/proc/self/task/" + std::string(entry->d_name) + "/status");
    std::string line;
    bool ours = false;
    while (std::getline(status, line)) {
      if (line == "Name:\tpantograph-http") ours = true;
      if (ours && line.rfind(key + ":\t", 0) == 0) value = line.substr(key.size() + 2);
    }
  }
  ::closedir(folder);
  return value;
}

TEST(http_process, closes_its_descriptors_on_exec) {
  small_text text;
  exporters::http_endpoint endpoint;
  const std::set<int> before = open_descriptors();
  ASSERT_TRUE(endpoint.start(text, {.port = 0}));
  client asking(endpoint.port());
  ASSERT_EQ(asking.get("/metrics").status, 200);
  int ours = 0;
  for (const int each : open_descriptors()) {
    if (before.count(each) != 0) continue;
    ++ours;
    EXPECT_NE(::fcntl(each, F_GETFD) & FD_CLOEXEC, 0) << "descriptor " << each;
  }
  EXPECT_GE(ours, 4) << "listener, connection, its client, epoll";
  asking.close();
  endpoint.stop();
  EXPECT_EQ(open_descriptors(), before) << "nothing is left open";
}

TEST(http_process, keeps_the_signals_of_the_service_off_its_thread) {
  small_text text;
  exporters::http_endpoint endpoint;
  sigset_t before;
  sigset_t after;
  sigemptyset(&before);
  sigaddset(&before, SIGUSR2);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(endpoint.start(text, {.port = 0}));
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  ASSERT_EQ(client(endpoint.port()).get("/metrics").status, 200);
  const std::uint64_t blocked = std::strtoull(thread_status("SigBlk").c_str(), nullptr, 16);
  const auto is_blocked = [&](int signal) { return (blocked >> (signal - 1) & 1) != 0; };
  for (const int each : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD, SIGALRM, SIGPIPE}) {
    EXPECT_TRUE(is_blocked(each)) << each;
    EXPECT_EQ(sigismember(&after, each), sigismember(&before, each)) << "the caller's mask";
  }
  for (const int each : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPROF}) {
    EXPECT_FALSE(is_blocked(each)) << each;
  }
}

TEST(http_process, leaves_a_forked_child_able_to_close_and_to_start_anew) {
  small_text text;
  exporters::http_endpoint endpoint;
  ASSERT_TRUE(endpoint.start(text, {.port = 0}));
  const std::uint16_t port = endpoint.port();
  client kept(port);
  ASSERT_EQ(kept.get("/metrics").status, 200);

  int parent_to_child[2];
  ASSERT_EQ(::pipe(parent_to_child), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(30);  // a hang must not outlive the test
    endpoint.stop();
    endpoint.stop();
    if (endpoint.port() != 0) ::_exit(1);
#ifndef UNDER_THREAD_SANITIZER  // it allows no thread in a child of a process with threads
    if (!endpoint.start(text, {.port = 0})) ::_exit(2);
    if (client(endpoint.port()).get("/metrics").status != 200) ::_exit(3);
    endpoint.stop();
#endif
    char byte = 0;
    ::close(parent_to_child[1]);
    (void)!::read(parent_to_child[0], &byte, 1);  // lives on until the parent has looked
    ::_exit(0);
  }
  EXPECT_EQ(kept.get("/metrics").status, 200) << "the parent's connection is not touched";
  EXPECT_EQ(client(port).get("/metrics").status, 200);
  endpoint.stop();
  // The child closed its copy of the listener, so nobody listens now, though the child lives.
  const auto nobody_listens = [&] {
    for (int i = 0; i < 500; ++i) {  // fewer than the listen queue would take in
      if (!client(port).connected()) return true;
      std::this_thread::sleep_for(1ms);
    }
    return false;
  };
  EXPECT_TRUE(nobody_listens());
  ::close(parent_to_child[0]);
  ::close(parent_to_child[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(http_process, waits_for_descriptors_when_they_have_run_out) {
  small_text text;
  exporters::http_endpoint endpoint;
  ASSERT_TRUE(endpoint.start(text, {.port = 0}));
  client waiting(endpoint.port());  // its descriptor exists before they run out
  ASSERT_EQ(waiting.get("/metrics").status, 200);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = static_cast<rlim_t>(*open_descriptors().rbegin()) + 8;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  std::vector<int> taken;
  for (int each = 0; (each = ::dup(0)) >= 0;) taken.push_back(each);
  ASSERT_FALSE(taken.empty());
  ::close(taken.back());
  taken.pop_back();
  client unlucky(endpoint.port());  // takes the last one; its connection finds none
  ASSERT_TRUE(unlucky.connected());
  unlucky.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 5000 && endpoint.statistics().internal_errors == 0; ++i) {
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_GE(endpoint.statistics().internal_errors, 1u);
  EXPECT_EQ(waiting.get("/metrics").status, 200) << "who is connected is served";
  // Ten tries a second (the pause is 100 ms), not a hundred thousand.
  EXPECT_LT(endpoint.statistics().internal_errors, 300u);
  for (const int each : taken) ::close(each);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(unlucky.receive().status, 200) << "and who waited, too";
}

TEST(http_process, survives_clients_that_are_gone_when_it_answers) {
  small_text text;
  exporters::http_endpoint endpoint;
  ASSERT_TRUE(endpoint.start(text, {.port = 0}));
  for (int i = 0; i < 100; ++i) {
    client gone(endpoint.port());
    std::string many;
    for (int n = 0; n < 20; ++n) many += "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
    gone.send(many);
    gone.reset();  // SIGPIPE would end this process
  }
  // Those that still wait to be accepted count against this address for a moment.
  int status = 0;
  for (int i = 0; i < 5000 && status != 200; ++i) {
    status = client(endpoint.port()).get("/metrics").status;
    if (status != 200) std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(status, 200);
}

}  // namespace
