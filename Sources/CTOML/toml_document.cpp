#include "toml_document.h"

#if !__has_include(<toml++/toml.h>)
#error "toml++/toml.h is missing: install the headers of toml++ (Debian, Ubuntu: apt-get install libtomlplusplus-dev)"
#endif

// The parser is compiled from the header, so that the program needs no shared library of toml++. Errors are returned: no C++
// exception may reach Swift. Assertions are off: toml++ 3.3 asserts that a header has a key before it reports that it has none.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <vector>

namespace {

/// Document with the memory that it points to.
struct Document : toml_document {
  toml::parse_result result;
  std::vector<toml_node> values;

  explicit Document(std::string_view text) : toml_document{}, result(toml::parse(text)) {
    if (result) {
      append(result.table(), {});
      nodes = values.data();
    } else {
      error = view(result.error().description());
      error_line = result.error().source().begin.line;
    }
  }

private:
  static toml_text view(std::string_view text) { return {text.data(), text.size()}; }

  void append(const toml::node &node, toml_text key) {
    toml_node value{};
    value.line = node.source().begin.line;
    value.key = key;
    value.kind = toml_time;
    if (const auto *string = node.as_string()) {
      value.kind = toml_string;
      value.string = view(string->get());
    } else if (const auto *integer = node.as_integer()) {
      value.kind = toml_integer;
      value.integer = integer->get();
    } else if (const auto *number = node.as_floating_point()) {
      value.kind = toml_float;
      value.floating_point = number->get();
    } else if (const auto *boolean = node.as_boolean()) {
      value.kind = toml_boolean;
      value.boolean = boolean->get();
    } else if (const auto *array = node.as_array()) {
      value.kind = toml_array;
      value.count = array->size();
      values.push_back(value);
      for (const auto &element : *array) append(element, {});
      return;
    } else if (const auto *table = node.as_table()) {
      value.kind = toml_table;
      value.count = table->size();
      values.push_back(value);
      for (const auto &[name, element] : *table) append(element, view(name.str()));
      return;
    }
    values.push_back(value);
  }
};

}  // namespace

toml_document *toml_parse(const char *text, size_t length) { return new Document({text, length}); }

void toml_free(toml_document *document) { delete static_cast<Document *>(document); }
