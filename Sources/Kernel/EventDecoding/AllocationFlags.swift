import Recordings

/// Bits of `gfp_flags` that select the kind of the kmalloc cache that serves a request (`kmalloc_type` in
/// include/linux/slab.h).
///
/// The values of the flags differ between kernels. The format file of a tracepoint contains the value of each flag next to its
/// name: `{(unsigned long)((gfp_t)0x400000u), "__GFP_ACCOUNT"}`, or `((1UL)) << (22)` instead of the number.
struct AllocationFlags: Hashable {
  /// `__GFP_DMA`; 0 if the format does not name it.
  private(set) var dma: UInt64
  /// `__GFP_RECLAIMABLE`; 0 if the format does not name it.
  private(set) var reclaimable: UInt64
  /// `__GFP_ACCOUNT`; 0 if the format does not name it.
  private(set) var accounted: UInt64

  /// Reads the values from the `print fmt` of a format file.
  init(printFormat: String) {
    func value(_ name: String) -> UInt64? { AllocationFlags.value(of: name, in: printFormat) }
    dma = value("__GFP_DMA") ?? value("GFP_DMA") ?? 0
    reclaimable = value("__GFP_RECLAIMABLE") ?? 0
    accounted = value("__GFP_ACCOUNT") ?? 0
  }

  /// Returns the kind of cache that serves a request.
  /// - Parameters:
  ///   - flags: `gfp_flags` of the request.
  ///   - isAccounted: Value of the event's field `accounted`; false if it has none.
  @inline(__always)
  func kind(flags: UInt64, isAccounted: Bool) -> KmallocKind {
    guard isAccounted || flags & (dma | reclaimable | accounted) != 0 else { return .normal }
    if flags & dma != 0 { return .dma }
    return flags & reclaimable != 0 ? .reclaimable : .cgroup
  }

  /// Returns the value of a flag in `{VALUE, "NAME"}`, which is a number or `1 << BIT`; nil if the flag is not found.
  private static func value(of name: String, in text: String) -> UInt64? {
    guard let place = text.firstRange(of: "\"\(name)\"") else { return nil }
    let before = text[..<place.lowerBound]
    guard let brace = before.lastIndex(of: "{") else { return nil }
    let expression = before[before.index(after: brace)...]
    if let shift = expression.ranges(of: "<<").last {
      let digits = expression[shift.upperBound...].drop { $0 == " " || $0 == "(" }.prefix(while: \.isNumber)
      return UInt64(digits).flatMap { $0 < 64 ? 1 << $0 : nil }
    }
    guard let number = expression.ranges(of: "0x").last else { return nil }
    return UInt64(expression[number.upperBound...].prefix(while: \.isHexDigit), radix: 16)
  }
}
