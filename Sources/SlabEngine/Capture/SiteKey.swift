/// Call site of an allocation or free, as the fast paths pass it to the slow ones. It is empty if the engine is built
/// without data capture.
///
/// The call site of a Swift caller is the address of the file's name and the line, which are constants of the program, so
/// that no table is searched:
///
///     ┌ address of the name: 48 bits ┬ line: 16 bits ┐     or, below 2^16, the number of a registered call site
@usableFromInline
struct SiteKey {
  #if Capture
    @usableFromInline let value: UInt64

    @inlinable @inline(__always)
    init(value: UInt64) { self.value = value }

    @inlinable @inline(__always)
    init(_ site: CallSite) { value = UInt64(site.number) }

    /// Creates the key of a position in the source. Lines are distinguished modulo 2^16.
    @inlinable @inline(__always)
    init(_ file: StaticString, _ line: UInt) {
      // File names are literals, so that a name has the same address for the life of the program.
      value =
        file.hasPointerRepresentation
        ? UInt64(UInt(bitPattern: file.utf8Start)) << 16 | UInt64(UInt16(truncatingIfNeeded: line)) : 0
    }
  #else
    @inlinable @inline(__always)
    init() {}
  #endif
}

#if Capture
  extension SlabEngine {
    /// Returns the call site of a key, and registers it if it is new.
    func site(for key: SiteKey) -> CallSite {
      guard let number = UInt16(exactly: key.value) else {
        // The address is that of a literal, which ends with a zero byte.
        guard let file = UnsafePointer<CChar>(bitPattern: UInt(key.value >> 16)) else { return .unknown }
        return callSite(named: "\(String(cString: file)):\(key.value & 0xFFFF)")
      }
      return CallSite(number: number)
    }
  }
#endif
