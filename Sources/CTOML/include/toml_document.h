// TOML documents, parsed by toml++, in plain C: Swift would need C++ interoperability in each module that imports them.
#ifndef TOML_DOCUMENT_H
#define TOML_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Type of a value.
typedef enum __attribute__((enum_extensibility(closed))) toml_kind {
  toml_table,
  toml_array,
  toml_string,
  toml_integer,
  toml_float,
  toml_boolean,
  /// A date, a time, or both.
  toml_time,
} toml_kind;

/// UTF-8 text in the memory of a document. It may contain null bytes.
typedef struct toml_text {
  const char *bytes;
  size_t length;
} toml_text;

/// Value of a document.
typedef struct toml_node {
  toml_kind kind;
  /// Line, from 1, of the value or of the table's header.
  uint32_t line;
  /// Key of the value in its table. The root and the values of an array have none.
  toml_text key;
  /// Number of values in a table or an array.
  size_t count;
  toml_text string;
  int64_t integer;
  double floating_point;
  bool boolean;
} toml_node;

/// Parsed document, or the reason why the text is not one.
typedef struct toml_document {
  /// The root table and all values, each before the values that it contains; null if the text is not TOML.
  const toml_node *nodes;
  /// Problem in one line, if the text is not TOML.
  toml_text error;
  /// Line of the problem, from 1.
  uint32_t error_line;
} toml_document;

/// Parses UTF-8 text.
/// - Returns: A document, which the caller frees with `toml_free`.
toml_document *toml_parse(const char *text, size_t length);

/// Frees a document and the memory that its nodes and texts point to.
void toml_free(toml_document *document);

#ifdef __cplusplus
}
#endif

#endif
