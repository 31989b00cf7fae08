// SPDX-License-Identifier: Apache-2.0
#pragma once

// A program under test: started, read while it runs, sent signals, waited for.
//
//     program gateway({GATEWAY_PROGRAM, "--help"});
//     EXPECT_EQ(gateway.wait(), 0);
//     EXPECT_NE(gateway.output().find("usage"), std::string::npos);

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

class program {
 public:
  // `environment`: pairs NAME=value set for the program alone.
  explicit program(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
    int pipes[2][2];
    if (pipe2(pipes[0], O_CLOEXEC) != 0 || pipe2(pipes[1], O_CLOEXEC) != 0) std::abort();
    std::vector<char*> list;
    for (std::string& each : arguments) list.push_back(each.data());
    list.push_back(nullptr);
    child_ = fork();
    if (child_ == 0) {
      dup2(pipes[0][1], STDOUT_FILENO);
      dup2(pipes[1][1], STDERR_FILENO);
      for (std::string& each : environment) putenv(each.data());
      execv(list[0], list.data());
      _exit(126);
    }
    for (int i = 0; i < 2; ++i) {
      close(pipes[i][1]);
      from_[i] = pipes[i][0];
    }
  }
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program() {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      (void)wait();
    }
  }

  // Reads until `text` was printed; false when the program ended before.
  bool wait_for(std::string_view text) {
    while (output_.find(text) == std::string::npos) {
      if (!read_more()) return false;
    }
    return true;
  }
  // The number behind `text` in the output: a port. 0: not there.
  [[nodiscard]] std::uint16_t number_behind(std::string_view text) const {
    const std::size_t at = output_.find(text);
    if (at == std::string::npos) return 0;
    return static_cast<std::uint16_t>(std::atoi(output_.c_str() + at + text.size()));
  }

  void send(int signal) const { kill(child_, signal); }
  // The exit code, or -signal.
  int wait() {
    while (read_more()) {
    }
    for (int& each : from_) {
      if (each >= 0) close(std::exchange(each, -1));
    }
    int status = 0;
    waitpid(std::exchange(child_, -1), &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }

  [[nodiscard]] const std::string& output() const { return output_; }
  [[nodiscard]] const std::string& errors() const { return errors_; }

 private:
  // False when both ends were closed.
  bool read_more() {
    pollfd ready[2] = {{from_[0], POLLIN, 0}, {from_[1], POLLIN, 0}};
    if (from_[0] < 0 && from_[1] < 0) return false;
    if (poll(ready, 2, -1) < 0) return errno == EINTR;
    for (int i = 0; i < 2; ++i) {
      if (from_[i] < 0 || ready[i].revents == 0) continue;
      char piece[4096];
      const ssize_t got = read(from_[i], piece, sizeof piece);
      if (got > 0) {
        (i == 0 ? output_ : errors_).append(piece, static_cast<std::size_t>(got));
      } else {
        close(std::exchange(from_[i], -1));
      }
    }
    return true;
  }

  pid_t child_ = -1;
  int from_[2] = {-1, -1};
  std::string output_, errors_;
};
