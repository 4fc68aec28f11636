// What a full-screen program owes the terminal when signals come: an orderly end where there can be one, and after a fault
// the terminal as it was. In C, because a signal handler may run between any two instructions and Swift code may not.
#ifndef SLAB_TERMINAL_H
#define SLAB_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/// Remembers the modes of the terminal on `fd` and takes over the signals that a full-screen program has to know of:
/// INT, TERM, QUIT, HUP, TSTP, CONT and WINCH are queued for slab_terminal_next_signal. Those of them that are ignored
/// (under nohup, say) remain so.
///
/// Returns whether that worked; if not, nothing has changed.
bool slab_terminal_begin(int fd);

/// From now on a fault (SEGV, BUS, ILL, TRAP, ABRT, FPE) first writes these `length` bytes to the terminal, at most 512, and
/// gives it its modes back, and then takes the course it would have taken.
void slab_terminal_guard(const char *restore, size_t length);

/// Says that writing to the terminal begins, or is done. Where INT, TERM, QUIT or HUP comes in between and the terminal has
/// not taken all of it a second later, the program ends with 128 + the signal's number, the terminal restored as far as it can be.
void slab_terminal_writing(bool begins);

/// Gives all signals back to whoever had them.
void slab_terminal_end(void);

/// The descriptor that is readable while signals are queued, for poll.
int slab_terminal_signal_fd(void);

/// The next signal in the queue, or 0.
int slab_terminal_next_signal(void);

/// Stops the process as ctrl-Z does, and returns when it goes on; at once, where nobody could make it go on.
void slab_terminal_stop(void);

/// The terminal's size in cells; false if it has none to tell.
bool slab_terminal_size(int *width, int *height);

#endif
