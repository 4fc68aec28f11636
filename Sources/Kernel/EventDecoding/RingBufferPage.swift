/// Page of the kernel's trace ring buffer, read from `trace_pipe_raw`. Its format is described by `events/header_page` and
/// `events/header_event` (Linux, kernel/trace/ring_buffer.c).
///
///     page  ┌ timestamp ┬ commit ┬ data: entries ... ┬ unused ┐
///     entry ┌ type_len: 5 bits ┬ time_delta: 27 bits ┬ data   ┐
struct RingBufferPage {
  /// Offsets of the parts of a page, from `events/header_page`.
  struct Layout: Sendable, Hashable {
    var timestamp = 0
    var commit = 8
    var commitSize = 8
    var data = 16

    /// The layout of 64-bit kernels.
    init() {}

    /// Parses the text of `events/header_page`; nil if a part is missing.
    init?(_ text: String) {
      var fields: [String: EventFormat.Field] = [:]
      for line in text.split(whereSeparator: \.isNewline) {
        let line = line.drop(while: \.isWhitespace)
        guard line.hasPrefix("field:"), let field = EventFormat.Field(line.dropFirst(6).drop(while: \.isWhitespace))
        else { continue }
        fields[field.name] = field
      }
      guard let timestamp = fields["timestamp"], let commit = fields["commit"], let data = fields["data"],
        timestamp.size == 8, commit.size == 4 || commit.size == 8
      else { return nil }
      (self.timestamp, self.commit, commitSize, self.data) = (timestamp.offset, commit.offset, commit.size, data.offset)
    }
  }

  /// Events that the tracer lost before this page.
  enum Lost: Hashable {
    case none
    case events(Int)
    case unknown
  }

  let lost: Lost
  private let entries: UnsafeRawBufferPointer
  private let start: UInt64

  private static let lostFlag: UInt64 = 1 << 31
  private static let lostCountFlag: UInt64 = 1 << 30

  /// Parses the header of a page; nil if the page is too short for the header or for the length that it contains.
  init?(_ page: UnsafeRawBufferPointer, _ layout: Layout) {
    guard page.count >= layout.data, layout.timestamp + 8 <= page.count, layout.commit + layout.commitSize <= page.count
    else { return nil }
    start = page.loadUnaligned(fromByteOffset: layout.timestamp, as: UInt64.self)
    let commit =
      layout.commitSize == 8
      ? page.loadUnaligned(fromByteOffset: layout.commit, as: UInt64.self)
      : UInt64(page.loadUnaligned(fromByteOffset: layout.commit, as: UInt32.self))
    let length = Int(commit & (RingBufferPage.lostCountFlag - 1))
    guard length <= page.count - layout.data else { return nil }
    let end = layout.data + length
    entries = UnsafeRawBufferPointer(rebasing: page[layout.data..<end])
    if commit & RingBufferPage.lostFlag == 0 {
      lost = .none
    } else if commit & RingBufferPage.lostCountFlag != 0, end + 8 <= page.count {
      lost = .events(Int(truncatingIfNeeded: page.loadUnaligned(fromByteOffset: end, as: UInt64.self) & 0xFFFF_FFFF))
    } else {
      lost = .unknown
    }
  }

  /// Calls `body` with the time in ticks and the bytes of each event, up to the first malformed entry.
  /// - Returns: Whether all entries are well-formed.
  @inline(__always)
  func forEachEvent(_ body: (UInt64, UnsafeRawBufferPointer) -> Void) -> Bool {
    var (time, offset) = (start, 0)
    while offset + 4 <= entries.count {
      let header = entries.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      let (type, delta) = (Int(header & 31), UInt64(header >> 5))
      // All entries except short data entries have a second word.
      let second =
        offset + 8 <= entries.count ? entries.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self) : nil
      switch type {
      case 29:
        // Padding up to the end of the page, or a discarded event.
        guard delta != 0, let second else { return true }
        time &+= delta
        offset += 4 + Int(second)
      case 30:
        guard let second else { return false }
        time &+= UInt64(second) << 27 | delta
        offset += 8
      case 31:
        // An absolute time of 59 bits. The upper bits are those of the page's time.
        guard let second else { return false }
        time = start & ~(1 << 59 - 1) | UInt64(second) << 27 | delta
        offset += 8
      default:
        time &+= delta
        let (first, length) = type == 0 ? (offset + 8, (second.map(Int.init) ?? 0) - 4) : (offset + 4, type * 4)
        guard length > 0, first + length <= entries.count else { return false }
        body(time, UnsafeRawBufferPointer(rebasing: entries[first..<(first + length)]))
        offset = first + length
      }
    }
    return true
  }
}
