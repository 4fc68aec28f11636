import Glibc

extension String {
  /// Creates a text from numbers in the format of `printf` of the C library. The decimal separator is a point, because the program sets
  /// the locale of characters only.
  package init(printf format: String, _ numbers: any CVarArg...) {
    let count = withVaList(numbers) { vsnprintf(nil, 0, format, $0) }
    guard count > 0 else {
      self = ""
      return
    }
    // One more byte is for the zero at the end.
    var bytes = [CChar](repeating: 0, count: Int(count) + 1)
    _ = withVaList(numbers) { vsnprintf(&bytes, Int(count) + 1, format, $0) }
    self = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
