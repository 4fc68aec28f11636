import Testing

@testable import Recordings

@Suite struct PacketCaptureTests {
  /// Returns a pcap file of three packets of 60, 590 and 1514 bytes on the wire, with 40 captured bytes each.
  private func pcap(magic: UInt32 = 0xA1B2_C3D4, bigEndian: Bool = false, link: UInt32 = 1) -> [UInt8] {
    var bytes: [UInt8] = []
    func word(_ value: UInt32) {
      let value = bigEndian ? value.bigEndian : value.littleEndian
      withUnsafeBytes(of: value) { bytes += $0 }
    }
    for value in [magic, 0x0004_0002, 0, 0, 128, link] { word(value) }
    let fraction: UInt32 = magic == 0xA1B2_3C4D ? 1000 : 1
    for (index, length) in [60, 590, 1514].enumerated() {
      for value in [7, UInt32(index) * 10 * fraction, 40, UInt32(length)] { word(value) }
      bytes += [UInt8](repeating: 0, count: 40)
    }
    return bytes
  }

  /// Returns a pcapng file of two packets, a packet of another link type, and a block that is no packet.
  private func pcapng(link: UInt32 = 1, other: UInt32 = 250) -> [UInt8] {
    var bytes: [UInt8] = []
    func block(_ type: UInt32, _ body: [UInt32]) {
      for value in [type, UInt32(12 + body.count * 4)] + body + [UInt32(12 + body.count * 4)] {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
      }
    }
    block(0x0A0D_0D0A, [0x1A2B_3C4D, 0x0000_0001, .max, .max])
    // An Ethernet interface with times in nanoseconds (if_tsresol 9), and an interface of an unknown link type.
    block(1, [link, 0, 0x0001_0009, 9, 0])
    block(1, [other, 0])
    block(5, [0, 0, 0])
    block(6, [0, 1, 705_032_704, 4, 60, 0])
    block(6, [1, 1, 705_032_704, 4, 60, 0])
    block(6, [0, 1, 705_033_704, 4, 1514, 0])
    return bytes
  }

  private func read(_ bytes: [UInt8], piece: Int = .max) throws -> (packets: [CapturedPacket], wasCut: Bool) {
    var (reader, packets) = (PacketCaptureReader(), [CapturedPacket]())
    try bytes.withUnsafeBytes { all in
      var rest = all[...]
      while !rest.isEmpty {
        let part = rest.prefix(piece)
        try reader.read(UnsafeRawBufferPointer(rebasing: part), into: &packets)
        rest = rest.dropFirst(part.count)
      }
    }
    return (packets, try reader.finish())
  }

  @Test(
    arguments: [
      (0xA1B2_C3D4, false), (0xA1B2_C3D4, true), (0xA1B2_3C4D, false), (0xA1B2_3C4D, true),
    ] as [(UInt32, Bool)])
  func pcapIsReadInBothByteOrdersAndResolutions(magic: UInt32, bigEndian: Bool) throws {
    let bytes = pcap(magic: magic, bigEndian: bigEndian)
    #expect(bytes.withUnsafeBytes { PacketCaptureReader.recognises($0) })
    for piece in [1, 13, Int.max] {
      let (packets, wasCut) = try read(bytes, piece: piece)
      #expect(packets.map(\.bytes) == [46, 576, 1500] && !wasCut)
      #expect(packets.map(\.time) == [7_000_000, 7_000_010, 7_000_020])
    }
  }

  @Test func pcapngIsReadAndOtherBlocksAreSkipped() throws {
    let (packets, wasCut) = try read(pcapng())
    #expect(packets.map(\.bytes) == [46, 1500] && !wasCut)
    // 2^32 + 705032704 nanoseconds are five seconds.
    #expect(packets.map(\.time) == [5_000_000, 5_000_001])
  }

  @Test func truncatedCapturesAreReadAndMalformedCapturesRefused() throws {
    for bytes in [pcap(), pcapng()] {
      for end in bytes.indices { _ = try? read(Array(bytes[..<end])) }
      var random = SystemRandomNumberGenerator()
      for _ in 0..<3000 {
        var damaged = bytes
        for _ in 0..<3 {
          damaged[Int.random(in: 4..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        _ = try? read(damaged)
      }
    }
    let (packets, wasCut) = try read(Array(pcap().dropLast(3)))
    #expect(packets.count == 2 && wasCut)
    #expect(throws: PacketCaptureError.noPackets) { _ = try read(Array(pcap().prefix(24))) }
  }

  /// IEEE 802.11 (plain, Prism, radiotap, AVS, PPI), and link types without a name.
  @Test(arguments: [105, 119, 127, 163, 192, 147, 65_000] as [UInt32])
  func capturesOfUnsupportedLinkTypesAreRefusedByTheirLinkType(link: UInt32) throws {
    let expected = PacketCaptureError.unsupportedLinkType(LinkType(Int(link)))
    #expect(throws: expected) { _ = try read(pcap(link: link)) }
    #expect(throws: expected) { _ = try read(pcap(bigEndian: true, link: link)) }
    #expect(throws: expected) { _ = try read(pcapng(link: link, other: link)) }
    // The upper bits of the field hold the length of the frame check sequence.
    #expect(throws: expected) { _ = try read(pcap(link: link | 0x2400_0000)) }
    #expect(expected.description.hasPrefix("link type not supported") && !expected.description.contains("damaged"))
    #expect(expected.description.contains("found \(link)"))
    if [105, 119, 127, 163, 192].contains(link) { #expect(expected.description.contains("802.11")) }
  }

  @Test func packetsOfUnsupportedLinkTypesAreCounted() throws {
    var (reader, packets) = (PacketCaptureReader(), [CapturedPacket]())
    try pcapng(other: 127).withUnsafeBytes { try reader.read($0, into: &packets) }
    #expect(reader.packets == 2 && reader.unsupportedPackets == 1 && reader.skippedBlocks == 1)
    #expect(reader.unsupportedLinkType == LinkType(127))
  }

  @Test func lengthOfTheFrameCheckSequenceIsNotPartOfTheLinkType() throws {
    #expect(try read(pcap(link: 0x2400_0001)).packets.map(\.bytes) == [46, 576, 1500])
  }
}
