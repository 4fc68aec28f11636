import Testing

@testable import Kernel

/// Entries of the kernel's ring-buffer pages: times, lengths, padding, and lost events.
@Suite struct RingBufferPageTests {
  /// Event of a page: its time and its bytes.
  private struct Event: Equatable {
    var time: UInt64
    var bytes: [UInt8]
  }

  private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
  }

  /// Returns the first word of an entry.
  private static func word(_ type: Int, _ delta: UInt64) -> [UInt8] { bytes(delta << 5 | UInt64(type), 4) }

  /// Returns a page with entries.
  /// - Parameters:
  ///   - flags: Flags in the length of the entries: lost events.
  ///   - tail: Bytes after the entries.
  private static func page(
    at time: UInt64, _ entries: [[UInt8]], length: Int? = nil, flags: UInt64 = 0, tail: [UInt8] = []
  ) -> [UInt8] {
    let data = entries.flatMap(\.self)
    return bytes(time, 8) + bytes(UInt64(length ?? data.count) | flags, 8) + data + tail
  }

  /// Reads a page; nil if it is refused.
  private func read(
    _ page: [UInt8], _ layout: RingBufferPage.Layout = RingBufferPage.Layout()
  ) -> (events: [Event], isWhole: Bool, lost: RingBufferPage.Lost)? {
    page.withUnsafeBytes { bytes in
      guard let page = RingBufferPage(bytes, layout) else { return nil }
      var events: [Event] = []
      let isWhole = page.forEachEvent { events.append(Event(time: $0, bytes: Array($1))) }
      return (events, isWhole, page.lost)
    }
  }

  @Test func timesAreSumsOfDifferences() throws {
    let page = RingBufferPageTests.page(
      at: 1000,
      [
        RingBufferPageTests.word(1, 5), [1, 2, 3, 4], RingBufferPageTests.word(2, 7), [5, 6, 7, 8, 9, 10, 11, 12],
        // A difference of more than 27 bits: (3 << 27) + 11.
        RingBufferPageTests.word(30, 11), RingBufferPageTests.bytes(3, 4), RingBufferPageTests.word(1, 1),
        [9, 9, 9, 9],
      ])
    let result = try #require(read(page))
    #expect(result.isWhole && result.lost == .none)
    #expect(
      result.events == [
        Event(time: 1005, bytes: [1, 2, 3, 4]), Event(time: 1012, bytes: [5, 6, 7, 8, 9, 10, 11, 12]),
        Event(time: 1012 + 3 << 27 + 12, bytes: [9, 9, 9, 9]),
      ])
  }

  /// An absolute time has 59 bits and replaces the sum. The upper five bits are those of the page's time.
  @Test(arguments: [0, 3 << 59, 31 << 59] as [UInt64])
  func absoluteTimesReplaceTheSum(upperBits: UInt64) throws {
    let absolute: UInt64 = 0x2AB_CDEF_0123_4567
    let page = RingBufferPageTests.page(
      at: upperBits | 0x7FF_FFFF_FFFF_FFFF,
      [
        RingBufferPageTests.word(31, absolute & (1 << 27 - 1)), RingBufferPageTests.bytes(absolute >> 27, 4),
        RingBufferPageTests.word(1, 4), [1, 1, 1, 1], RingBufferPageTests.word(31, 9), RingBufferPageTests.bytes(0, 4),
        RingBufferPageTests.word(1, 0), [2, 2, 2, 2],
      ])
    let result = try #require(read(page))
    #expect(
      result.isWhole
        && result.events == [
          Event(time: upperBits | absolute + 4, bytes: [1, 1, 1, 1]), Event(time: upperBits | 9, bytes: [2, 2, 2, 2]),
        ])
  }

  @Test func longEventsHaveTheirLengthInTheSecondWord() throws {
    let long = [UInt8](repeating: 7, count: 116)
    let page = RingBufferPageTests.page(
      at: 0,
      [RingBufferPageTests.word(0, 2), RingBufferPageTests.bytes(120, 4), long, RingBufferPageTests.word(28, 1)]
        + [[UInt8](repeating: 8, count: 112)])
    let result = try #require(read(page))
    #expect(result.isWhole && result.events.map(\.time) == [2, 3] && result.events[0].bytes == long)
    #expect(result.events[1].bytes.count == 112)
  }

  /// A discarded event is skipped, and its difference counts; padding without a difference ends the page.
  @Test func discardedEventsAndPaddingAreSkipped() throws {
    let page = RingBufferPageTests.page(
      at: 100,
      [
        RingBufferPageTests.word(29, 6), RingBufferPageTests.bytes(12, 4), [0, 0, 0, 0, 0, 0, 0, 0],
        RingBufferPageTests.word(1, 1), [1, 2, 3, 4], RingBufferPageTests.word(29, 0), RingBufferPageTests.bytes(12, 4),
        RingBufferPageTests.word(1, 1), [5, 6, 7, 8],
      ])
    let result = try #require(read(page))
    #expect(result.isWhole && result.events == [Event(time: 107, bytes: [1, 2, 3, 4])])
    // Padding in the last four bytes has no second word.
    let short = try #require(read(RingBufferPageTests.page(at: 0, [RingBufferPageTests.word(29, 1)])))
    #expect(short.isWhole && short.events.isEmpty)
  }

  @Test(arguments: [
    [RingBufferPageTests.word(30, 1)], [RingBufferPageTests.word(31, 1)], [RingBufferPageTests.word(0, 1)],
    // A length without data, one that is not even that of the second word, and two that exceed the page.
    [RingBufferPageTests.word(0, 1), RingBufferPageTests.bytes(4, 4)],
    [RingBufferPageTests.word(0, 1), RingBufferPageTests.bytes(0, 4)],
    [RingBufferPageTests.word(0, 1), RingBufferPageTests.bytes(9, 4), [1, 2, 3, 4]],
    [RingBufferPageTests.word(2, 1), [1, 2, 3, 4]],
  ])
  func malformedEntriesEndThePage(entries: [[UInt8]]) throws {
    let good = RingBufferPageTests.word(1, 1) + [1, 2, 3, 4]
    let result = try #require(read(RingBufferPageTests.page(at: 0, [good] + entries)))
    #expect(!result.isWhole && result.events.count == 1)
  }

  @Test func lostEventsAreCountedIfTheKernelStoredTheirNumber() throws {
    let entry = RingBufferPageTests.word(1, 1) + [1, 2, 3, 4]
    let (isLost, isCounted): (UInt64, UInt64) = (1 << 31, 1 << 30)
    let number = RingBufferPageTests.bytes(0x7_0000_0123, 8)
    func lost(_ flags: UInt64, _ tail: [UInt8]) throws -> RingBufferPage.Lost {
      let result = try #require(read(RingBufferPageTests.page(at: 0, [entry], flags: flags, tail: tail)))
      #expect(result.events.count == 1 && result.isWhole)
      return result.lost
    }
    #expect(try lost(isLost | isCounted, number) == .events(0x123))
    #expect(try lost(isLost | isCounted, Array(number.dropLast())) == .unknown)
    #expect(try lost(isLost, number) == .unknown)
    #expect(try lost(isCounted, number) == .none)
    #expect(try lost(0, number) == .none)
  }

  @Test func pagesThatAreTooShortAreRefused() {
    let page = RingBufferPageTests.page(at: 0, [[1, 0, 0, 0, 1, 2, 3, 4]])
    #expect(read(page)?.events.count == 1)
    for count in 0..<page.count { #expect(read(Array(page.prefix(count))) == nil, "\(count)") }
    #expect(read(RingBufferPageTests.page(at: 0, [], length: 1)) == nil)
    #expect(read(RingBufferPageTests.page(at: 0, []))?.events.isEmpty == true)
  }

  private static func header(timestamp: Int = 8, commit: Int = 4, names: [String] = ["timestamp", "commit", "data"])
    -> String
  {
    """
    \tfield: u64 \(names[0]);\toffset:0;\tsize:\(timestamp);\tsigned:0;
    \tfield: local_t \(names[1]);\toffset:8;\tsize:\(commit);\tsigned:1;
    \tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;
    \tfield: char \(names[2]);\toffset:12;\tsize:4084;\tsigned:0;
    """
  }

  /// On 32-bit kernels the length has four bytes.
  @Test func layoutIsReadFromTheHeaderFile() throws {
    let layout = try #require(RingBufferPage.Layout(RingBufferPageTests.header()))
    #expect((layout.timestamp, layout.commit, layout.commitSize, layout.data) == (0, 8, 4, 12))
    let entry = RingBufferPageTests.word(1, 1) + [1, 2, 3, 4]
    let page = RingBufferPageTests.bytes(50, 8) + RingBufferPageTests.bytes(8, 4) + entry
    #expect(read(page, layout)?.events == [Event(time: 51, bytes: [1, 2, 3, 4])])
    #expect(try #require(RingBufferPage.Layout(RingBufferPageTests.header(commit: 8))).commitSize == 8)
    #expect(RingBufferPage.Layout(RingBufferPageTests.header(timestamp: 4)) == nil)
    #expect(RingBufferPage.Layout(RingBufferPageTests.header(commit: 2)) == nil)
    for missing in 0..<3 {
      var names = ["timestamp", "commit", "data"]
      names[missing] = "other"
      #expect(RingBufferPage.Layout(RingBufferPageTests.header(names: names)) == nil)
    }
  }

  /// A layout of a file that places the fields beyond the page refuses the page instead of reading past it.
  @Test func fieldsBeyondThePageAreRefused() {
    var layout = RingBufferPage.Layout()
    layout.timestamp = 20
    #expect(read([UInt8](repeating: 0, count: 27), layout) == nil)
    #expect(read([UInt8](repeating: 0, count: 28), layout) != nil)
    layout = RingBufferPage.Layout()
    layout.commit = 24
    #expect(read([UInt8](repeating: 0, count: 31), layout) == nil)
    #expect(read([UInt8](repeating: 0, count: 32), layout) != nil)
  }
}
