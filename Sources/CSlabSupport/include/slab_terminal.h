// Signal handling of a full-screen program: termination signals are queued so that the program can exit in an orderly
// way, and after a fault the terminal is restored. It is in C because Swift code is not async-signal-safe.
#ifndef SLAB_TERMINAL_H
#define SLAB_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/// Saves the modes of the terminal on `fd` and installs handlers that queue INT, TERM, QUIT, HUP, TSTP, CONT and WINCH
/// for slab_terminal_next_signal. Signals that are ignored (under nohup, for example) stay ignored. The calling thread
/// must be the one that writes to the terminal.
///
/// Returns false, without any change, if the modes cannot be read or the queue cannot be created.
bool slab_terminal_install_signal_handlers(int fd);

/// Installs a handler for faults (SEGV, BUS, ILL, TRAP, ABRT, FPE) that writes the `length` bytes of `restore` (at most
/// 512) to the terminal, restores its modes, and raises the signal again for the handler that was installed before.
void slab_terminal_install_fault_handler(const char *restore, size_t length);

/// Marks the begin (true) or the end (false) of a write to the terminal. If INT, TERM, QUIT or HUP arrives during a
/// write and the write is still blocked one second later, the process restores the terminal without blocking and exits
/// with status 128 + the signal number.
void slab_terminal_writing(bool begins);

/// Reinstalls the signal handlers that were replaced by slab_terminal_install_signal_handlers and
/// slab_terminal_install_fault_handler.
void slab_terminal_remove_signal_handlers(void);

/// Returns a file descriptor for poll(2) that is readable while signals are queued.
int slab_terminal_signal_fd(void);

/// Removes the next signal from the queue and returns its number; 0 if the queue is empty.
int slab_terminal_next_signal(void);

/// Stops the process with the default action of SIGTSTP (ctrl-Z) and returns when the process is continued. Returns
/// immediately in an orphaned process group, which the kernel does not stop because no shell could continue it.
void slab_terminal_stop(void);

/// Stores the size of the terminal in cells. Returns false if the size is unknown.
bool slab_terminal_size(int *width, int *height);

#endif
