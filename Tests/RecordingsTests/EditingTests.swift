import Testing

import Profiles
@testable import Recordings

@Suite struct EditingTests {
  private func recording(_ text: String = sampleTrace) throws -> Recording {
    try Recording(bytes: slabtrace(Array(text.utf8)), name: "part")
  }

  private func applied(_ selection: RecordingSelection, to text: String = sampleTrace) throws -> [AllocationEvent] {
    var (source, kept) = (try recording(text), [AllocationEvent]())
    _ = try selection.apply(to: &source) { kept += $0 }
    return kept
  }

  @Test func selectionWithoutLimitsKeepsAllEvents() throws {
    var whole = try recording()
    #expect(try applied(RecordingSelection()) == allEvents(&whole))
  }

  @Test func freesOfObjectsAllocatedBeforeTheRangeAreUnmatched() throws {
    var selection = RecordingSelection()
    selection.events = 2..<6
    #expect(try applied(selection).map(\.outcome) == [.unmatched, .null, .unmatched, .unmatched])
    selection.events = 0..<Int.max
    selection.time = 9..<30
    #expect(try applied(selection).map(\.outcome) == [.allocated, .freed, .null, .unmatched])
  }

  @Test func filtersKeepAllocationsTogetherWithTheirFrees() throws {
    var selection = RecordingSelection()
    selection.cache = { $0.hasPrefix("kmalloc-") }
    #expect(try applied(selection).map(\.outcome) == [.allocated, .freed, .allocated, .allocatedOverLive])
    selection = RecordingSelection()
    selection.site = { $0.hasPrefix("getname") }
    #expect(try applied(selection).map(\.outcome) == [.allocated, .freed])
    selection = RecordingSelection()
    selection.cpus = [0]
    // The object of CPU 0 is freed on CPU 1; objects allocated on CPU 1 are dropped together with their frees.
    #expect(try applied(selection).map(\.outcome) == [.allocated, .freed])
  }

  @Test func selectedEventsCanBeWrittenAndRead() throws {
    var source = try recording()
    for end in 0...8 {
      var selection = RecordingSelection()
      selection.events = (end / 2)..<max(end, end / 2)
      var writer = SlabtraceWriter(name: "cut", summary: "")
      let symbols = source.symbols
      let (_, kept) = try selection.apply(to: &source) { writer.append($0, symbols: symbols) }
      var reread = try Recording(bytes: writer.finish(symbols: symbols, counts: ImportStatistics()), name: "cut")
      #expect(try allEvents(&reread).count == kept)
    }
  }

  @Test(arguments: RecordingMerge.Alignment.allCases)
  func mergeContainsAllEventsInOrderOfTime(alignment: RecordingMerge.Alignment) throws {
    let later = sampleTrace.replacing("658.4743", with: "659.4743").replacing("names_cache", with: "other")
    var merge = RecordingMerge([try recording(), try recording(later)], alignment: alignment)
    var (all, batch): ([AllocationEvent], [AllocationEvent]) = ([], [])
    repeat {
      try merge.nextBatch(into: &batch)
      all += batch
    } while !batch.isEmpty
    #expect(all.count == 16 && all.map(\.time) == all.map(\.time).sorted())
    #expect(all[0].time == (alignment == .start ? 0 : 658_474_281))
    #expect(Set(merge.symbols).isSuperset(of: ["names_cache", "other", "filp"]))
    var writer = SlabtraceWriter(name: "merged", summary: "")
    writer.append(all, symbols: merge.symbols)
    var merged = try Recording(bytes: writer.finish(symbols: merge.symbols, counts: ImportStatistics()), name: "merged")
    var part = try recording()
    let (figures, single) = (try RecordingStatistics(of: &merged), try RecordingStatistics(of: &part))
    #expect(figures.total.freeObjects == 2 * single.total.freeObjects)
    #expect(figures.total.unseenFrees == 2 * single.total.unseenFrees)
  }

  @Test func unseenFreesAreFoundBeforeTheReplay() throws {
    let unseen = try recording().unseenFrees()
    #expect(unseen.allocations == 4 && unseen.count == 2)
    #expect((0..<4).map { unseen.contains($0) } == [false, false, true, true])
  }

  @Test func anonymizedRecordingsContainOnlyPublicNames() throws {
    let text = sampleTrace.replacing("filp", with: "acme_secret").replacing("ida_free", with: "acme_secret_free")
    let (importer, events) = try importText(text)
    var writer = SlabtraceWriter(name: "x", summary: "", anonymizer: Anonymizer(salt: 7))
    writer.append(KernelSample(time: 1, source: .slabinfo, text: "# name\nacme_secret   1 2\nfilp  3 4\n"))
    writer.append(events, symbols: importer.symbols)
    let bytes = writer.finish(symbols: importer.symbols, counts: importer.counts)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("acme"))
    var reread = try Recording(bytes: bytes, name: "x")
    #expect(reread.symbols.contains("names_cache") && reread.symbols.contains("kmalloc_reserve+0x9e/0x100"))
    #expect(reread.symbols.contains { $0.hasPrefix("cache-") } && reread.symbols.contains { $0.hasPrefix("site-") })
    #expect(try allEvents(&reread).map(\.outcome) == events.map(\.outcome))
    var samples: [KernelSample] = []
    try reread.forEachSample { samples.append($0) }
    #expect(samples.map(\.text).joined().contains("filp  3 4"))
  }

  @Test func nameIsHashedByTheUseOfItInTheFirstEvent() throws {
    // The caches have numbers below the second call site's, but no event uses them until a later block.
    let symbols = ["kmalloc_reserve+0x9e/0x100", "filp", "acme_secret", "acme_open+0x1/0x2", "kmalloc-cg-1k"]
    func event(_ slot: UInt32, site: UInt32, cache: UInt32) -> AllocationEvent {
      AllocationEvent(
        time: UInt64(slot), slot: slot, requestedBytes: 64, allocatedBytes: 64, site: site, cache: cache, cpu: 0,
        kind: cache == AllocationEvent.noCache ? .kmalloc : .kmemCacheAlloc, outcome: .allocated)
    }
    let anonymizer = Anonymizer(salt: 7)
    var writer = SlabtraceWriter(name: "x", summary: "", anonymizer: anonymizer)
    writer.append([event(0, site: 3, cache: AllocationEvent.noCache)], symbols: symbols)
    writer.flush(symbols: symbols)
    writer.append([event(1, site: 0, cache: 2), event(2, site: 3, cache: 1)], symbols: symbols)
    var recording = try Recording(bytes: writer.finish(symbols: symbols, counts: ImportStatistics()), name: "x")
    let events = try allEvents(&recording)
    let caches = events.dropFirst().map { recording.symbols[Int($0.cache)] }
    #expect(caches == [anonymizer.cache("acme_secret"), "filp"])
    #expect(
      events.map { recording.symbols[Int($0.site)] }
        == [anonymizer.site(symbols[3]), symbols[0], anonymizer.site(symbols[3])])
    // A name that no event uses is not written at all.
    #expect(recording.symbols.count == 4)
  }

  @Test func samplesAreReadBack() throws {
    var writer = SlabtraceWriter(name: "x", summary: "")
    var samples: [KernelSample] = []
    for number in 0..<20 {
      let rows = (0..<(5 + number % 4)).map { (row: Int) -> String in "row \(row) \(row == number % 5 ? number : 0)" }
      let text = rows.joined(separator: "\n") + "\n"
      samples.append(KernelSample(time: UInt64(number), source: number % 3 == 0 ? .buddyinfo : .slabinfo, text: text))
    }
    for sample in samples { writer.append(sample) }
    let recording = try Recording(bytes: writer.finish(symbols: [], counts: ImportStatistics()), name: "x")
    var read: [KernelSample] = []
    try recording.forEachSample { read.append($0) }
    #expect(read == samples && recording.sampleCount == 20)
  }
}
