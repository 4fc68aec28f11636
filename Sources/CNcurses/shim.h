// ncurses with wide characters, and inline functions for declarations that Swift cannot import: macros, variadic
// functions and global variables.
#ifndef SLABSCOPE_CNCURSES_SHIM_H
#define SLABSCOPE_CNCURSES_SHIM_H

#if !__has_include(<curses.h>)
#error "curses.h is missing: install the headers of ncurses (Debian, Ubuntu: apt-get install libncurses-dev)"
#endif

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>

/// Calls newterm(3) with standard output and standard input. A null `type` selects $TERM.
static inline SCREEN *curses_newterm(const char *type) { return newterm(type, stdout, stdin); }

/// Returns stdscr, the window of the whole screen.
static inline WINDOW *curses_stdscr(void) { return stdscr; }

/// Returns curscr, the contents of the terminal as ncurses knows them. After clearok(3) on it the next refresh redraws
/// all cells.
static inline WINDOW *curses_curscr(void) { return curscr; }

/// Returns the number of colours of the terminal; valid after start_color(3).
static inline int curses_colors(void) { return COLORS; }

// The attributes are macros with casts, which Swift does not import.
static inline attr_t curses_bold(void) { return A_BOLD; }
static inline attr_t curses_dim(void) { return A_DIM; }
static inline attr_t curses_reverse(void) { return A_REVERSE; }
static inline attr_t curses_underline(void) { return A_UNDERLINE; }

/// Writes a grapheme of at most CCHARW_MAX scalars at column `x` of row `y`, in a colour pair of any number. The
/// attributes of addwstr(3) can select only the pairs up to 255.
static inline void curses_put(int y, int x, const uint32_t *scalars, int count, attr_t attributes, int pair) {
  wchar_t text[CCHARW_MAX + 1] = {0};
  for (int i = 0; i < count && i < CCHARW_MAX; i++) text[i] = (wchar_t)scalars[i];
  cchar_t cell;
  if (setcchar(&cell, text, attributes, 0, &pair) == OK) mvwadd_wch(stdscr, y, x, &cell);
}

/// Returns the mask of the mouse events that the program receives.
static inline mmask_t curses_mouse_mask(void) {
  return BUTTON1_PRESSED | BUTTON2_PRESSED | BUTTON3_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
}

/// Returns the mouse button (1...5) that was pressed in a mouse event, or 0 for none. Buttons 4 and 5 are the wheel
/// turned away from the user and towards the user.
static inline int curses_pressed_button(mmask_t state) {
  if (state & BUTTON1_PRESSED) return 1;
  if (state & BUTTON2_PRESSED) return 2;
  if (state & BUTTON3_PRESSED) return 3;
  if (state & BUTTON4_PRESSED) return 4;
  if (state & BUTTON5_PRESSED) return 5;
  return 0;
}

/// Returns the key code of function key `n`.
static inline int curses_function_key(int n) { return KEY_F(n); }

/// Returns a string capability of the terminal, or null if it is absent. tigetstr(3) returns (char *)-1 if `name` is
/// not a string capability.
static inline const char *curses_capability(const char *name) {
  const char *value = tigetstr((char *)name);
  return value == (char *)-1 ? 0 : value;
}

/// Ends the screen as endwin(3) does, and resets colours and attributes. endwin leaves them as they are if input that was typed
/// ahead interrupted the last update.
static inline int curses_end(void) {
  int result = endwin();
  if (exit_attribute_mode) putp(exit_attribute_mode);
  if (orig_pair) putp(orig_pair);
  fflush(stdout);
  return result;
}

/// Returns the character encoding of the current locale, for example "UTF-8".
static inline const char *curses_codeset(void) { return nl_langinfo(CODESET); }

#endif
