#define _GNU_SOURCE
#include "slab_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const int queued[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};

static struct sigaction queued_before[COUNT(queued)];
static struct sigaction faults_before[COUNT(faults)];
static int signal_pipe[2] = {-1, -1};

static int terminal = -1;
static struct termios modes;
static char restore_bytes[512];
static size_t restore_length;
static volatile sig_atomic_t guarded;

// A fault may be a stack overflow: its handler needs a stack of its own.
static char fault_stack[16 * 1024];

static void queue_signal(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  // The pipe does not block; when it is full, the program has enough to do as it is.
  ssize_t ignored = write(signal_pipe[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

static void restore_and_fault(int number) {
  if (guarded) {
    guarded = 0;
    ssize_t ignored = write(terminal, restore_bytes, restore_length);
    (void)ignored;
    tcsetattr(terminal, TCSANOW, &modes);
  }
  // Whoever was there before (the default action, or the Swift runtime's backtrace) gets the signal when this returns.
  for (size_t i = 0; i < COUNT(faults); i++) {
    if (faults[i] == number) sigaction(number, &faults_before[i], 0);
  }
  raise(number);
}

static bool open_pipe(void) { return pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) == 0; }

static void take_queued(void) {
  struct sigaction action = {.sa_handler = queue_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < COUNT(queued); i++) {
    sigaction(queued[i], 0, &queued_before[i]);
    if (queued_before[i].sa_handler != SIG_IGN) sigaction(queued[i], &action, 0);
  }
}

bool slab_terminal_begin(int fd) {
  if (tcgetattr(fd, &modes) != 0 || !open_pipe()) return false;
  terminal = fd;
  take_queued();
  return true;
}

void slab_terminal_guard(const char *restore, size_t length) {
  restore_length = length < sizeof restore_bytes ? length : sizeof restore_bytes;
  memcpy(restore_bytes, restore, restore_length);

  stack_t stack = {.ss_sp = fault_stack, .ss_size = sizeof fault_stack};
  sigaltstack(&stack, 0);
  struct sigaction action = {.sa_handler = restore_and_fault, .sa_flags = SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < COUNT(faults); i++) sigaction(faults[i], &action, &faults_before[i]);
  guarded = 1;
}

void slab_terminal_end(void) {
  if (terminal < 0) return;
  if (guarded) {
    guarded = 0;
    for (size_t i = 0; i < COUNT(faults); i++) sigaction(faults[i], &faults_before[i], 0);
  }
  for (size_t i = 0; i < COUNT(queued); i++) sigaction(queued[i], &queued_before[i], 0);
  close(signal_pipe[0]);
  close(signal_pipe[1]);
  signal_pipe[0] = signal_pipe[1] = terminal = -1;
}

int slab_terminal_signal_fd(void) { return signal_pipe[0]; }

int slab_terminal_next_signal(void) {
  unsigned char byte;
  return read(signal_pipe[0], &byte, 1) == 1 ? byte : 0;
}

void slab_terminal_stop(void) {
  struct sigaction by_default = {.sa_handler = SIG_DFL};
  struct sigaction stop, go_on;
  sigaction(SIGTSTP, &by_default, &stop);
  // The caller knows that it was stopped: that it goes on is no news.
  sigaction(SIGCONT, &by_default, &go_on);
  raise(SIGTSTP);
  sigaction(SIGCONT, &go_on, 0);
  sigaction(SIGTSTP, &stop, 0);
}

bool slab_terminal_size(int *width, int *height) {
  struct winsize size;
  if (ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
  *width = size.ws_col;
  *height = size.ws_row;
  return true;
}
