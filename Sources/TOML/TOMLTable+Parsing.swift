import CTOML

extension TOMLTable {
  /// Parses the text of a document.
  /// - Throws: `TOMLError` if the text is not valid TOML.
  package init(parsing text: String) throws(TOMLError) {
    var text = text
    let document = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { toml_parse($0.baseAddress, $0.count)! }
    }
    defer { toml_free(document) }
    guard var node = document.pointee.nodes else {
      throw TOMLError(line: Int(document.pointee.error_line), problem: String(document.pointee.error))
    }
    self = TOMLTable(reading: &node, line: nil)
  }

  /// Copies the table at a node and advances the pointer to the first node after the table.
  fileprivate init(reading node: inout UnsafePointer<toml_node>, line: Int?) {
    let count = node.pointee.count
    node += 1
    var entries: [String: Entry] = [:]
    for _ in 0..<count {
      let (key, line) = (String(node.pointee.key), Int(node.pointee.line))
      entries[key] = Entry(value: TOMLValue(reading: &node), line: line)
    }
    self.init(entries, line: line)
  }
}

extension TOMLValue {
  /// Copies the value at a node and advances the pointer to the first node after the value.
  fileprivate init(reading node: inout UnsafePointer<toml_node>) {
    let first = node.pointee
    switch first.kind {
    case .table:
      self = .table(TOMLTable(reading: &node, line: Int(first.line)))
      return
    case .array:
      node += 1
      self = .array((0..<first.count).map { _ in TOMLValue(reading: &node) })
      return
    case .string: self = .string(String(first.string))
    case .integer: self = .integer(Int(first.integer))
    case .float: self = .float(first.floating_point)
    case .boolean: self = .boolean(first.boolean)
    case .time: self = .time
    }
    node += 1
  }
}

extension String {
  /// Copies text of a document.
  fileprivate init(_ text: toml_text) {
    self.init(decoding: UnsafeRawBufferPointer(start: text.bytes, count: text.length), as: UTF8.self)
  }
}
