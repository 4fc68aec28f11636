import CZlib

/// The gzip format (RFC 1952).
package enum Gzip {
  /// Error of decompressing.
  enum Problem: Error, Hashable {
    /// The data ends before the end of the compressed stream.
    case truncated
    /// The data is not in the gzip format, or its checksum is wrong.
    case damaged
    /// The decompressed data is longer than the caller permits: the number of bytes.
    case tooLong(Int)

    /// What was expected, and what was found.
    var text: String {
      switch self {
      case .truncated: "expected a whole compressed file (gzip), found its beginning; copy it again"
      case .damaged: "expected data compressed with gzip, found other bytes; the file is damaged"
      case .tooLong(let limit): "expected at most \(limit) bytes after decompression, found more"
      }
    }
  }

  /// First bytes of the format.
  static let magic: [UInt8] = [0x1F, 0x8B]

  /// Returns the bytes in the gzip format, without a time, so that equal bytes give equal results.
  /// - Parameters:
  ///   - bytes: Bytes to compress.
  ///   - isFast: Whether time matters more than size.
  package static func compressed(_ bytes: [UInt8], isFast: Bool = false) -> [UInt8] {
    var stream = z_stream()
    let level = isFast ? Z_BEST_SPEED : Z_DEFAULT_COMPRESSION
    precondition(gzip_deflate_begin(&stream, level) == Z_OK, "zlib has no memory")
    defer { deflateEnd(&stream) }
    do {
      return try run(&stream, bytes, limit: .max) { deflate(&$0, Z_FINISH) }
    } catch {
      preconditionFailure("deflate fails only if its arguments are invalid")
    }
  }

  /// Returns the decompressed bytes. Data may consist of several compressed streams, as `gzip -dc` accepts it.
  /// - Parameter limit: Largest number of decompressed bytes.
  static func decompressed(_ bytes: [UInt8], limit: Int) throws(Problem) -> [UInt8] {
    var stream = z_stream()
    precondition(gzip_inflate_begin(&stream) == Z_OK, "zlib has no memory")
    defer { inflateEnd(&stream) }
    return try run(&stream, bytes, limit: limit) { stream in
      let status = inflate(&stream, Z_NO_FLUSH)
      guard status == Z_STREAM_END, stream.avail_in > 0 else { return status }
      return inflateReset(&stream)
    }
  }

  /// Passes the bytes through a stream until its end.
  private static func run(
    _ stream: inout z_stream, _ bytes: [UInt8], limit: Int, _ step: (inout z_stream) -> Int32
  ) throws(Problem) -> [UInt8] {
    // The number of bytes of a stream's input is a 32-bit number.
    guard bytes.count < 1 << 31 else { throw .tooLong(bytes.count) }
    var (input, block, result) = (bytes, [UInt8](repeating: 0, count: 1 << 16), [UInt8]())
    let problem = input.withUnsafeMutableBufferPointer { input -> Problem? in
      (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
      while true {
        let (status, count) = block.withUnsafeMutableBufferPointer { output in
          (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
          let status = step(&stream)
          return (status, output.count - Int(stream.avail_out))
        }
        guard count <= limit - result.count else { return .tooLong(limit) }
        result += block[..<count]
        switch status {
        case Z_STREAM_END: return nil
        case Z_OK where count > 0 || stream.avail_in > 0: continue
        case Z_OK, Z_BUF_ERROR: return .truncated
        default: return .damaged
        }
      }
    }
    if let problem { throw problem }
    return result
  }
}
