/// Location of a block of events in a .slabtrace file, with the values that decoding starts from.
struct SlabtraceBlock: Sendable {
  /// Range of the encoded events in the file.
  var events: Range<Int>
  var count: Int
  var firstTime: UInt64
  var firstCPU: UInt16
  /// Number of shapes in this block and all blocks before it. The shape numbers of the events are less.
  var shapeLimit: Int
}

/// Frame of a block: type, payload and checksum.
struct SlabtraceFrame {
  let type: UInt8
  /// Range of the payload in the file.
  let payload: Range<Int>
  /// Offset of the next block in the file.
  let end: Int
  /// Whether the checksum is correct.
  let isIntact: Bool

  /// Reads the frame at an offset of the file; nil if the file ends within the block.
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
  /// Returns the number of bytes of the complete blocks at the start of `bytes`.
  /// - Parameters:
  ///   - bytes: Start of a file, or bytes from the start of a block on. The last block may be incomplete.
  ///   - isStart: Whether the bytes are the start of a file, with its magic number and version.
  /// - Complexity: O(bytes).
  package static func wholeBlocks(of bytes: ArraySlice<UInt8>, isStart: Bool) -> Int {
    bytes.withUnsafeBytes { file in
      var end = isStart ? magic.count + 1 : 0
      while end < file.count, let frame = SlabtraceFrame(in: file, at: end) { end = frame.end }
      return min(end, file.count)
    }
  }
}
