/// Parts of the name of a call site: `tcp_sendmsg+0x1d7/0x1a0 [module]`, or an address without a name.
struct CallSiteName: Hashable {
  /// Name of the function with its module; the whole text if it has another form.
  var function: String
  /// Distance of the call from the beginning of the function in bytes; nil if it is not known.
  var offset: Int?
  /// Name of the kernel module that has the function; nil if it is part of the kernel.
  var module: String?
  /// Address of the call; nil if the function has a name.
  var address: UInt64?

  init(_ text: String) {
    var rest = text[...]
    if rest.hasSuffix("]"), let mark = rest.firstRange(of: " [") {
      module = String(rest[mark.upperBound...].dropLast())
      rest = rest[..<mark.lowerBound]
    }
    function = String(rest)
    if rest.hasPrefix("0x") {
      address = UInt64(rest.dropFirst(2), radix: 16)
    } else if let plus = rest.lastIndex(of: "+") {
      let digits = rest[plus...].dropFirst().prefix { $0 != "/" }
      guard digits.hasPrefix("0x"), let offset = Int(digits.dropFirst(2), radix: 16), offset >= 0 else { return }
      (function, self.offset) = (String(rest[..<plus]), offset)
    }
  }
}

extension Substring {
  /// Returns the range of the last occurrence of a text.
  fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).last }
}
