/// One block of events in a .slabtrace file: where its events lie, and what it takes to decode them.
struct SlabtraceBlock: Sendable {
  /// The encoded events, within the file.
  var events: Range<Int>
  var count: Int
  var firstTime: UInt64
  var firstCPU: UInt16
  /// Shapes known once the block's own are added: events name only those.
  var shapeLimit: Int
}

/// The frame of a block: its type and where its payload lies. nil means that the file ends before the block does.
struct SlabtraceFrame {
  let type: UInt8
  let payload: Range<Int>
  let end: Int
  let isIntact: Bool

  init?(in file: UnsafeRawBufferPointer, at start: Int) {
    var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[start...]))
    guard let type = reader.byte(), let length = reader.varint(as: Int.self), length <= reader.remaining else {
      return nil
    }
    let payload = (start + reader.offset)..<(start + reader.offset + length)
    guard reader.slice(length) != nil, let checksum = reader.fixed32() else { return nil }
    self.type = type
    self.payload = payload
    end = start + reader.offset
    isIntact = Checksum.crc32c(UnsafeRawBufferPointer(rebasing: file[start..<payload.upperBound])) == checksum
  }
}

extension Slabtrace {
  /// Counts the bytes of the whole blocks in the first part of a file or of blocks that follow it.
  /// - Parameter isStart: whether the bytes are the start of the file, with its magic number and version.
  /// - Complexity: O(bytes).
  package static func wholeBlocks(of bytes: ArraySlice<UInt8>, isStart: Bool) -> Int {
    bytes.withUnsafeBytes { file in
      var end = isStart ? magic.count + 1 : 0
      while end < file.count, let frame = SlabtraceFrame(in: file, at: end) { end = frame.end }
      return min(end, file.count)
    }
  }
}
