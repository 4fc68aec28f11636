/// How the kernel lays out one tracepoint's events: the `format` file of tracefs
/// (Documentation/trace/events.rst, "Event formats").
public struct EventFormat: Sendable, Hashable {
  /// One field of an event.
  public struct Field: Sendable, Hashable {
    /// Its name, e.g. `bytes_req`.
    public var name: String
    /// Bytes from the start of the event.
    public var offset: Int
    /// Bytes it takes.
    public var size: Int
    /// How a string of its own length is referred to, if it is one.
    public var location: Location
  }

  /// Where a field's data lies.
  public enum Location: Sendable, Hashable {
    /// In the field.
    case inPlace
    /// `__data_loc`: the field holds an offset from the event's start (lower half) and a length (upper half).
    case fromStart
    /// `__rel_loc`: the same, but from the field's end.
    case fromField
  }

  /// The tracepoint's name, e.g. `kmalloc`.
  public let name: String
  /// The number that its events bear in `common_type`.
  public let identifier: UInt16
  /// The fields, in order.
  public let fields: [Field]
  /// The expression by which the kernel prints an event; it names the bits of flags.
  public let printFormat: String

  /// Reads the text of a `format` file; nil when a name, an ID or a field's place is missing.
  public init?(_ text: String) {
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

  /// The field of this name.
  public subscript(name: String) -> Field? { fields.first { $0.name == name } }

  private static func value(after prefix: String, in line: Substring) -> Substring? {
    line.hasPrefix(prefix) ? line.dropFirst(prefix.count).drop(while: \.isWhitespace) : nil
  }
}

extension EventFormat.Field {
  /// Reads `unsigned long call_site;	offset:8;	size:8;	signed:0;`.
  init?(_ declaration: Substring) {
    let parts = declaration.split(separator: ";").map { $0.drop(while: \.isWhitespace) }
    guard parts.count >= 3, parts[1].hasPrefix("offset:"), let offset = Int(parts[1].dropFirst(7)),
      parts[2].hasPrefix("size:"), let size = Int(parts[2].dropFirst(5)), (0...65536).contains(offset),
      (0...65536).contains(size)
    else { return nil }
    // `char comm[16]` names comm; `__data_loc char[] name` names name.
    guard let last = parts[0].split(whereSeparator: { $0.isWhitespace || $0 == "*" }).last else { return nil }
    name = String(last.prefix { $0 != "[" })
    self.offset = offset
    self.size = size
    location =
      parts[0].hasPrefix("__data_loc") ? .fromStart : parts[0].hasPrefix("__rel_loc") ? .fromField : .inPlace
  }
}
