// SQLite, and inline functions for what Swift cannot import: macros that cast.
#ifndef SLABSCOPE_CSQLITE_SHIM_H
#define SLABSCOPE_CSQLITE_SHIM_H

#if !__has_include(<sqlite3.h>)
#error "sqlite3.h is missing: install the headers of SQLite (Debian, Ubuntu: apt-get install libsqlite3-dev)"
#endif

#include <sqlite3.h>

/// Binds a copy of UTF-8 text; null stands for the empty text, not for NULL.
static inline int sqlite_bind_text_copy(sqlite3_stmt *statement, int index, const char *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

#endif
