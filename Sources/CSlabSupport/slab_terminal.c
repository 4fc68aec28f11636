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
static volatile sig_atomic_t fault_handler_installed;

// Thread that writes to the terminal.
static pthread_t writer;
// Number of begins and ends of writes: odd during a write.
static volatile sig_atomic_t write_marks;
// Termination signal that arrived during a write (0 for none), and the value of write_marks at that time.
static volatile sig_atomic_t end_signal, end_write_marks;
static struct sigaction alarm_before;

// The fault may be a stack overflow, so the handler needs its own stack.
static char fault_stack[16 * 1024];

static bool is_termination(int number) {
  return number == SIGINT || number == SIGTERM || number == SIGQUIT || number == SIGHUP;
}

static void queue_signal(int number) {
  int saved = errno;
  if (is_termination(number) && write_marks % 2) {
    // While a write is blocked the program does not read the queue, so an alarm limits the wait.
    end_signal = number;
    end_write_marks = write_marks;
    alarm(1);
  }
  unsigned char byte = (unsigned char)number;
  // The pipe does not block. If it is full, the signal is dropped: many signals are already queued.
  ssize_t ignored = write(signal_pipe[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

static void restore_and_fault(int number) {
  if (fault_handler_installed) {
    fault_handler_installed = 0;
    ssize_t ignored = write(terminal, restore_bytes, restore_length);
    (void)ignored;
    tcsetattr(terminal, TCSANOW, &modes);
  }
  // The previous handler (the default action, or the backtracer of the Swift runtime) gets the signal when this one
  // returns, because the signal is blocked until then.
  for (size_t i = 0; i < COUNT(faults); i++) {
    if (faults[i] == number) sigaction(number, &faults_before[i], 0);
  }
  raise(number);
}

// Handler of the alarm: restores the terminal and exits if the write that the termination signal interrupted is still
// blocked.
static void exit_if_write_is_blocked(int number) {
  if (!pthread_equal(pthread_self(), writer)) {
    pthread_kill(writer, number);
    return;
  }
  if (!end_signal || write_marks != end_write_marks) return;
  int flags = fcntl(terminal, F_GETFL);
  tcflush(terminal, TCOFLUSH);
  fcntl(terminal, F_SETFL, flags | O_NONBLOCK);
  ssize_t ignored = write(terminal, restore_bytes, restore_length);
  (void)ignored;
  tcsetattr(terminal, TCSANOW, &modes);
  // The open file description is shared with other processes, which expect blocking writes.
  fcntl(terminal, F_SETFL, flags);
  _exit(128 + end_signal);
}

void slab_terminal_writing(bool begins) {
  if (begins != write_marks % 2) write_marks++;
}

static bool open_pipe(void) { return pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) == 0; }

static void install_queue_handlers(void) {
  struct sigaction action = {.sa_handler = queue_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < COUNT(queued); i++) {
    sigaction(queued[i], 0, &queued_before[i]);
    if (queued_before[i].sa_handler != SIG_IGN) sigaction(queued[i], &action, 0);
  }
  struct sigaction timeout = {.sa_handler = exit_if_write_is_blocked, .sa_flags = SA_RESTART};
  sigemptyset(&timeout.sa_mask);
  sigaction(SIGALRM, &timeout, &alarm_before);
}

bool slab_terminal_install_signal_handlers(int fd) {
  if (tcgetattr(fd, &modes) != 0 || !open_pipe()) return false;
  terminal = fd;
  writer = pthread_self();
  end_signal = 0;
  install_queue_handlers();
  return true;
}

void slab_terminal_install_fault_handler(const char *restore, size_t length) {
  restore_length = length < sizeof restore_bytes ? length : sizeof restore_bytes;
  memcpy(restore_bytes, restore, restore_length);

  stack_t stack = {.ss_sp = fault_stack, .ss_size = sizeof fault_stack};
  sigaltstack(&stack, 0);
  struct sigaction action = {.sa_handler = restore_and_fault, .sa_flags = SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < COUNT(faults); i++) sigaction(faults[i], &action, &faults_before[i]);
  fault_handler_installed = 1;
}

void slab_terminal_remove_signal_handlers(void) {
  if (terminal < 0) return;
  if (fault_handler_installed) {
    fault_handler_installed = 0;
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
  struct sigaction stop, resume;
  sigaction(SIGTSTP, &by_default, &stop);
  // The caller handles the resumption when this function returns, so SIGCONT must not be queued.
  sigaction(SIGCONT, &by_default, &resume);
  raise(SIGTSTP);
  sigaction(SIGCONT, &resume, 0);
  sigaction(SIGTSTP, &stop, 0);
}

bool slab_terminal_size(int *width, int *height) {
  struct winsize size;
  if (ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
  *width = size.ws_col;
  *height = size.ws_row;
  return true;
}
