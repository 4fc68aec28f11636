/// Layout of the events of a tracepoint, from its `format` file in tracefs (Documentation/trace/events.rst, "Event
/// formats").
package struct EventFormat: Sendable, Hashable {
  /// Field of an event.
  package struct Field: Sendable, Hashable {
    /// Name of the field, such as `bytes_req`.
    package var name: String
    /// Offset in bytes from the start of the event.
    package var offset: Int
    /// Size in bytes.
    package var size: Int
    /// Location of the field's value.
    package var location: Location
  }

  /// Location of the value of a field.
  package enum Location: Sendable, Hashable {
    /// The field contains the value.
    case inPlace
    /// `__data_loc`: the field contains the offset of the value from the start of the event (lower half) and the length of the
    /// value (upper half).
    case fromStart
    /// `__rel_loc`: the field contains the offset of the value from the end of the field (lower half) and the length of the
    /// value (upper half).
    case fromField
  }

  /// Name of the tracepoint, such as `kmalloc`.
  package let name: String
  /// Value of `common_type` in the events of the tracepoint.
  package let identifier: UInt16
  /// Fields, in order.
  package let fields: [Field]
  /// Expression by which the kernel prints an event. It contains the names and values of flags.
  package let printFormat: String

  /// Parses the text of a `format` file; nil if the name, the ID or all fields are missing or a field is malformed.
  package init?(_ text: String) {
    var (name, identifier): (String?, UInt16?)
    var fields: [Field] = []
    var printFormat = ""
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.drop(while: \.isWhitespace)
      if let value = EventFormat.value(after: "name:", in: line) {
        name = name ?? String(value)
      } else if let value = EventFormat.value(after: "ID:", in: line) {
        identifier = UInt16(value)
      } else if let declaration = EventFormat.value(after: "field:", in: line) {
        guard let field = Field(declaration) else { return nil }
        fields.append(field)
      } else if let expression = EventFormat.value(after: "print fmt:", in: line) {
        printFormat = String(expression)
      }
    }
    guard let name, let identifier, !fields.isEmpty else { return nil }
    (self.name, self.identifier, self.fields, self.printFormat) = (name, identifier, fields, printFormat)
  }

  /// Field with a name; nil if there is none.
  package subscript(name: String) -> Field? { fields.first { $0.name == name } }

  private static func value(after prefix: String, in line: Substring) -> Substring? {
    line.hasPrefix(prefix) ? line.dropFirst(prefix.count).drop(while: \.isWhitespace) : nil
  }
}

extension EventFormat.Field {
  /// Parses a declaration such as `unsigned long call_site;	offset:8;	size:8;	signed:0;`; nil if it is malformed.
  init?(_ declaration: Substring) {
    let parts = declaration.split(separator: ";").map { $0.drop(while: \.isWhitespace) }
    guard parts.count >= 3, parts[1].hasPrefix("offset:"), let offset = Int(parts[1].dropFirst(7)),
      parts[2].hasPrefix("size:"), let size = Int(parts[2].dropFirst(5)), (0...65536).contains(offset),
      (0...65536).contains(size)
    else { return nil }
    // The name is the last word without brackets: `char comm[16]`, `__data_loc char[] name`.
    guard let last = parts[0].split(whereSeparator: { $0.isWhitespace || $0 == "*" }).last else { return nil }
    name = String(last.prefix { $0 != "[" })
    self.offset = offset
    self.size = size
    location =
      parts[0].hasPrefix("__data_loc") ? .fromStart : parts[0].hasPrefix("__rel_loc") ? .fromField : .inPlace
  }
}
