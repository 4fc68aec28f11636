#define _GNU_SOURCE
#include "slab_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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

// The thread that writes to the terminal, how often it began or ended to, odd while it does, and what asked for the end.
static pthread_t writer;
static volatile sig_atomic_t writes;
static volatile sig_atomic_t end_signal, end_writes;
static struct sigaction alarm_before;

// A fault may be a stack overflow: its handler needs a stack of its own.
static char fault_stack[16 * 1024];

static bool is_end(int number) {
  return number == SIGINT || number == SIGTERM || number == SIGQUIT || number == SIGHUP;
}

static void queue_signal(int number) {
  int saved = errno;
  if (is_end(number) && writes % 2) {
    // A terminal that takes nothing more would keep the program from ever learning of it.
    end_signal = number;
    end_writes = writes;
    alarm(1);
  }
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

// The program was asked to end, and still waits for the terminal to take the same bytes: it ends without.
static void give_up(int number) {
  if (!pthread_equal(pthread_self(), writer)) {
    pthread_kill(writer, number);
    return;
  }
  if (!end_signal || writes != end_writes) return;
  int flags = fcntl(terminal, F_GETFL);
  tcflush(terminal, TCOFLUSH);
  fcntl(terminal, F_SETFL, flags | O_NONBLOCK);
  ssize_t ignored = write(terminal, restore_bytes, restore_length);
  (void)ignored;
  tcsetattr(terminal, TCSANOW, &modes);
  // Whoever shares the terminal expects it to wait.
  fcntl(terminal, F_SETFL, flags);
  _exit(128 + end_signal);
}

void slab_terminal_writing(bool begins) {
  if (begins != writes % 2) writes++;
}

static bool open_pipe(void) { return pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) == 0; }

static void take_queued(void) {
  struct sigaction action = {.sa_handler = queue_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < COUNT(queued); i++) {
    sigaction(queued[i], 0, &queued_before[i]);
    if (queued_before[i].sa_handler != SIG_IGN) sigaction(queued[i], &action, 0);
  }
  struct sigaction late = {.sa_handler = give_up, .sa_flags = SA_RESTART};
  sigemptyset(&late.sa_mask);
  sigaction(SIGALRM, &late, &alarm_before);
}

bool slab_terminal_begin(int fd) {
  if (tcgetattr(fd, &modes) != 0 || !open_pipe()) return false;
  terminal = fd;
  writer = pthread_self();
  end_signal = 0;
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
  alarm(0);
  sigaction(SIGALRM, &alarm_before, 0);
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
