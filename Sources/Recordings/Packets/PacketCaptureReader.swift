/// Incremental reader of pcap and pcapng captures (draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng) in both byte orders,
/// with times in microseconds or nanoseconds.
package struct PacketCaptureReader: Sendable {
  /// Interface of a capture.
  private struct Interface {
    let linkType: LinkType
    /// Ticks of the time stamps in a second.
    var ticksPerSecond: UInt64
  }

  private enum Format { case pcap, pcapng }

  private var format: Format?
  private var isSwapped = false
  private var interfaces: [Interface] = []
  /// Bytes of the last, incomplete record.
  private var buffer: [UInt8] = []
  /// Offset of `buffer` in the file.
  private var offset = 0
  /// Number of packets read.
  package private(set) var packets = 0
  /// Number of skipped blocks that are not packets.
  package private(set) var skippedBlocks = 0
  /// Number of skipped packets whose link type is not supported.
  package private(set) var unsupportedPackets = 0
  /// Link type of the first skipped packet; nil if no packet was skipped.
  package private(set) var unsupportedLinkType: LinkType?
  /// Maximum number of bytes of a record. A longer record is an error.
  private static let longestRecord = 1 << 24

  /// Creates a reader at the start of a file.
  package init() {}

  /// Returns whether a file with these first bytes is a capture.
  package static func recognises(_ start: UnsafeRawBufferPointer) -> Bool {
    guard start.count >= 4 else { return false }
    let magic = start.loadUnaligned(as: UInt32.self)
    return magic == 0x0A0D_0D0A || pcapTicks(magic) != nil || pcapTicks(magic.byteSwapped) != nil
  }

  /// Returns the ticks per second of a pcap file with a magic number; nil if the number is not one of pcap's.
  private static func pcapTicks(_ magic: UInt32) -> UInt64? {
    magic == 0xA1B2_C3D4 ? 1_000_000 : magic == 0xA1B2_3C4D ? 1_000_000_000 : nil
  }

  /// Reads the next part of the file and appends the packets that are complete to `found`.
  /// - Throws: `PacketCaptureError.malformed`, and `.unsupportedLinkType` for a pcap file, whose packets have one type.
  package mutating func read(
    _ piece: UnsafeRawBufferPointer, into found: inout [CapturedPacket]
  ) throws(PacketCaptureError) {
    buffer += piece
    var position = 0
    while let next = try record(at: position, into: &found) { position = next }
    buffer.removeFirst(position)
    offset += position
  }

  /// Ends the reading.
  /// - Returns: Whether the file ends within a record.
  /// - Throws: `PacketCaptureError.unsupportedLinkType` if the link types of all packets are not supported,
  ///   `.noPackets` if the file has no packet.
  package func finish() throws(PacketCaptureError) -> Bool {
    guard packets > 0 else { throw unsupportedLinkType.map { .unsupportedLinkType($0) } ?? .noPackets }
    return !buffer.isEmpty
  }

  /// Reads the record at a position of `buffer` and returns the position after it; nil if more bytes are needed.
  private mutating func record(
    at position: Int, into found: inout [CapturedPacket]
  ) throws(PacketCaptureError) -> Int? {
    switch format {
    case nil: try start(at: position)
    case .pcap: try packet(at: position, into: &found)
    case .pcapng: try block(at: position, into: &found)
    }
  }

  private mutating func start(at position: Int) throws(PacketCaptureError) -> Int? {
    // This function is called again until the whole header has been read.
    isSwapped = false
    guard let magic = word(position) else { return nil }
    if magic == 0x0A0D_0D0A {
      format = .pcapng
      return position
    }
    isSwapped = PacketCaptureReader.pcapTicks(magic) == nil
    guard let ticks = PacketCaptureReader.pcapTicks(word(position) ?? 0) else {
      throw malformed(position, "the magic number of pcap or pcapng")
    }
    guard let network = word(position + 20) else { return nil }
    // The upper half is not part of the type; it can hold the length of the frame check sequence.
    let linkType = LinkType(Int(network & 0xFFFF))
    guard linkType.headerBytes != nil else { throw .unsupportedLinkType(linkType) }
    interfaces = [Interface(linkType: linkType, ticksPerSecond: ticks)]
    format = .pcap
    return position + 24
  }

  private mutating func packet(
    at position: Int, into found: inout [CapturedPacket]
  ) throws(PacketCaptureError) -> Int? {
    guard let seconds = word(position), let fraction = word(position + 4), let captured = word(position + 8),
      let original = word(position + 12)
    else { return nil }
    guard captured <= PacketCaptureReader.longestRecord else {
      throw malformed(position + 8, "the captured length of a packet")
    }
    guard buffer.count >= position + 16 + Int(captured) else { return nil }
    let interface = interfaces[0]
    let time = UInt64(seconds) * 1_000_000 + UInt64(fraction) * 1_000_000 / interface.ticksPerSecond
    add(Int(original), of: interface, time: time, to: &found)
    return position + 16 + Int(captured)
  }

  private mutating func block(
    at position: Int, into found: inout [CapturedPacket]
  ) throws(PacketCaptureError) -> Int? {
    guard let type = word(position), word(position + 4) != nil else { return nil }
    if type == 0x0A0D_0D0A {
      // Each section has its own byte order.
      guard let order = word(position + 8) else { return nil }
      if order != 0x1A2B_3C4D { isSwapped.toggle() }
      guard word(position + 8) == 0x1A2B_3C4D else { throw malformed(position + 8, "a byte-order magic") }
      interfaces = []
    }
    let length = Int(word(position + 4) ?? 0)
    guard length >= 12, length % 4 == 0, length <= PacketCaptureReader.longestRecord else {
      throw malformed(position + 4, "the length of a block")
    }
    guard buffer.count >= position + length else { return nil }
    switch type {
    case 1: try interface(at: position, length)
    case 6: try enhancedPacket(at: position, length, into: &found)
    case 0x0A0D_0D0A: break
    default: skippedBlocks += 1
    }
    return position + length
  }

  private mutating func interface(at position: Int, _ length: Int) throws(PacketCaptureError) {
    guard length >= 20, let type = half(position + 8) else { throw malformed(position, "an interface description") }
    var ticks: UInt64 = 1_000_000
    var option = position + 16
    while option + 4 <= position + length - 4, let code = half(option), let size = half(option + 2), code != 0 {
      // if_tsresol: a power of ten, or a power of two if the top bit is set.
      if code == 9, size >= 1, option + 4 < position + length - 4 {
        let exponent = UInt64(buffer[option + 4] & 0x7F)
        let isBinary = buffer[option + 4] & 0x80 != 0
        guard exponent <= (isBinary ? 62 : 18) else { throw malformed(option + 4, "a time resolution") }
        ticks = isBinary ? 1 << exponent : (0..<exponent).reduce(1) { power, _ in power * 10 }
      }
      option += 4 + (size + 3) & ~3
    }
    // An interface whose link type is not supported is stored too, so that later interfaces have the right numbers.
    interfaces.append(Interface(linkType: LinkType(type), ticksPerSecond: ticks))
  }

  private mutating func enhancedPacket(
    at position: Int, _ length: Int, into found: inout [CapturedPacket]
  ) throws(PacketCaptureError) {
    guard length >= 32, let number = word(position + 8), let high = word(position + 12), let low = word(position + 16),
      let original = word(position + 24), number < interfaces.count
    else { throw malformed(position, "a packet of an interface that was described") }
    let interface = interfaces[Int(number)]
    let (seconds, rest) = (UInt64(high) << 32 | UInt64(low)).quotientAndRemainder(dividingBy: interface.ticksPerSecond)
    let fraction = Double(rest) / Double(interface.ticksPerSecond) * 1e6
    guard seconds < 1 << 40 else { throw malformed(position + 12, "a time") }
    add(Int(original), of: interface, time: seconds * 1_000_000 + UInt64(fraction), to: &found)
  }

  /// Appends a packet of `bytes` bytes on the wire, or skips it if its link type is not supported.
  private mutating func add(_ bytes: Int, of interface: Interface, time: UInt64, to found: inout [CapturedPacket]) {
    guard let headerBytes = interface.linkType.headerBytes else {
      unsupportedPackets += 1
      unsupportedLinkType = unsupportedLinkType ?? interface.linkType
      return
    }
    packets += 1
    found.append(CapturedPacket(time: time, bytes: max(0, bytes - headerBytes)))
  }

  // MARK: Numbers

  private func word(_ position: Int) -> UInt32? {
    guard position + 4 <= buffer.count else { return nil }
    let value = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: UInt32.self) }
    return isSwapped ? value.byteSwapped : value
  }

  private func half(_ position: Int) -> Int? {
    guard position + 2 <= buffer.count else { return nil }
    let value = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: UInt16.self) }
    return Int(isSwapped ? value.byteSwapped : value)
  }

  private func malformed(_ position: Int, _ expected: String) -> PacketCaptureError {
    .malformed(offset: offset + position, expected: expected)
  }
}
