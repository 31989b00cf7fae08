// SPDX-License-Identifier: Apache-2.0
#pragma once

// Work in the child of a fork. What the child finds wrong comes back as text; a child that says
// nothing for 30 seconds hangs in a lock that nobody will open, and that comes back as well.
//
//     EXPECT_EQ(in_child([&] { return everything::differences(scrape(out), 0); }), "");

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <string>

#if defined(__SANITIZE_THREAD__)
#define FORKED_UNDER_THREAD_SANITIZER
#elif defined(__SANITIZE_ADDRESS__)
#define FORKED_UNDER_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FORKED_UNDER_THREAD_SANITIZER
#elif __has_feature(address_sanitizer)
#define FORKED_UNDER_ADDRESS_SANITIZER
#endif
#endif

#ifdef FORKED_UNDER_THREAD_SANITIZER
// Else a child of a process with threads may not start any.
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
#endif

// For a case that forks while other threads run: in such a child the locks inside a sanitizer's own
// malloc and thread list may stay closed (seen with clang 16 and g++ 12).
#if defined(FORKED_UNDER_THREAD_SANITIZER) || defined(FORKED_UNDER_ADDRESS_SANITIZER)
#define SKIP_UNDER_SANITIZERS() \
  GTEST_SKIP() << "sanitizers do not survive a fork among running threads"
#else
#define SKIP_UNDER_SANITIZERS() static_cast<void>(0)
#endif

namespace forking {

template <class Work>
[[nodiscard]] std::string in_child(const Work& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    alarm(30);
    const std::string said = work();
    std::size_t done = 0;
    while (done < said.size()) {
      const ssize_t n = write(ends[1], said.data() + done, said.size() - done);
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
    _exit(0);
  }
  close(ends[1]);
  std::string heard;
  char piece[4096];
  for (ssize_t n = 0; (n = read(ends[0], piece, sizeof piece)) > 0;) {
    heard.append(piece, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    heard += "the child ended by signal " + std::to_string(WTERMSIG(status)) + ": " +
             strsignal(WTERMSIG(status)) + '\n';
  } else if (WEXITSTATUS(status) != 0) {
    heard += "the child ended with " + std::to_string(WEXITSTATUS(status)) + '\n';
  }
  return heard;
}

}  // namespace forking
