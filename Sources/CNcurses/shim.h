// ncurses with wide characters, and inline functions for what Swift cannot import: macros, variadics and globals.
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

/// newterm(3) on standard output and input; a null `type` stands for $TERM.
static inline SCREEN *curses_newterm(const char *type) { return newterm(type, stdout, stdin); }

/// The window as large as the screen.
static inline WINDOW *curses_stdscr(void) { return stdscr; }

/// What ncurses believes to be on the terminal; cleared, it makes the next refresh draw everything.
static inline WINDOW *curses_curscr(void) { return curscr; }

/// How many colours the terminal has, known after start_color.
static inline int curses_colors(void) { return COLORS; }

static inline attr_t curses_bold(void) { return A_BOLD; }
static inline attr_t curses_dim(void) { return A_DIM; }
static inline attr_t curses_reverse(void) { return A_REVERSE; }
static inline attr_t curses_underline(void) { return A_UNDERLINE; }

/// Puts one grapheme of up to five scalars at a place on the screen, in a colour pair of any number: add_wch alone goes no
/// further than pair 255.
static inline void curses_put(int y, int x, const uint32_t *scalars, int count, attr_t attributes, int pair) {
  wchar_t text[CCHARW_MAX + 1] = {0};
  for (int i = 0; i < count && i < CCHARW_MAX; i++) text[i] = (wchar_t)scalars[i];
  cchar_t cell;
  if (setcchar(&cell, text, attributes, 0, &pair) == OK) mvwadd_wch(stdscr, y, x, &cell);
}

/// The buttons of a mouse that a program learns of.
static inline mmask_t curses_mouse_mask(void) {
  return BUTTON1_PRESSED | BUTTON2_PRESSED | BUTTON3_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
}

/// The button, 1...5, that an event says went down, or 0; 4 and 5 are the wheel, away from the user and towards them.
static inline int curses_pressed_button(mmask_t state) {
  if (state & BUTTON1_PRESSED) return 1;
  if (state & BUTTON2_PRESSED) return 2;
  if (state & BUTTON3_PRESSED) return 3;
  if (state & BUTTON4_PRESSED) return 4;
  if (state & BUTTON5_PRESSED) return 5;
  return 0;
}

/// The number of function key `n`.
static inline int curses_function_key(int n) { return KEY_F(n); }

/// The string of a terminal's capability, or null: tigetstr(3) says -1 for one that is none of a string's.
static inline const char *curses_capability(const char *name) {
  const char *value = tigetstr((char *)name);
  return value == (char *)-1 ? 0 : value;
}

/// The character encoding of the locale in force: "UTF-8", say.
static inline const char *curses_codeset(void) { return nl_langinfo(CODESET); }

#endif
