import Foundation
import Profiles
import Recordings
import TestSupport
import Testing

@testable import Kernel

@Suite struct KernelStreamTests {
  /// Compares the ring-buffer pages of a kernel with the text that it printed for the same events.
  @Test(.enabled(if: Corpus.isPresent, "no corpus: set SLABSCOPE_CORPUS to a folder with stats.json and recordings"))
  func ringBufferPagesGiveTheSameStatisticsAsText() throws {
    let folder = Corpus.folder + "/tracecmd/"
    func text(_ name: String) throws -> String {
      String(decoding: try Corpus.decompressed(folder + name + ".zst"), as: UTF8.self)
    }
    let names = ["kmalloc", "kfree", "kmem_cache_alloc", "kmem_cache_free"]
    let formats = try names.map { try #require(EventFormat(try text("kmem_\($0).format"))) }
    let symbols = KernelSymbols(kallsyms: Array(try text("kallsyms.call_sites").utf8))
    var stream = try KernelStream(formats: formats, headerPage: text("header_page"), symbols: symbols, cpus: 2)
    var events: [AllocationEvent] = []
    let pages = try (0..<2).map { try Corpus.decompressed("\(folder)raw_memcached.cpu\($0).raw.zst") }
    // The CPUs take turns of a few pages, as in a live recording.
    var offset = 0
    while offset < max(pages[0].count, pages[1].count) {
      for cpu in 0..<2 where offset < pages[cpu].count {
        pages[cpu].withUnsafeBytes { file in
          let page = file[offset..<min(offset + 4096, file.count)]
          stream.read(UnsafeRawBufferPointer(rebasing: page), cpu: cpu)
        }
      }
      stream.removeEvents(into: &events)
      offset += 4096
    }
    stream.removeEvents(into: &events, atEnd: true)
    var writer = SlabtraceWriter(name: "raw", summary: "")
    writer.append(events, symbols: stream.symbols)
    var raw = try Recording(bytes: writer.finish(symbols: stream.symbols, counts: stream.counts), name: "raw")
    var printed = try Recording(
      bytes: slabtrace(Corpus.decompressed(folder + "raw_memcached.ptr.trace.txt.zst")), name: "text")
    let (ours, kernels) = (try RecordingStatistics(of: &raw), try RecordingStatistics(of: &printed))
    #expect(ours.events == kernels.events && ours.events > 10_000)
    #expect(ours.caches == kernels.caches)
    #expect(ours.lifetimeLog2 == kernels.lifetimeLog2)
    #expect(ours.freesByCPU == kernels.freesByCPU)
    #expect(ours.peakLiveBytesAlloc == kernels.peakLiveBytesAlloc)
    #expect(ours.total.unseenFrees == kernels.total.unseenFrees)
    #expect((ours.firstTime, ours.lastTime) == (kernels.firstTime, kernels.lastTime))
    // The symbol file of this corpus contains only call sites, so the sizes in names differ; functions and offsets are equal.
    func functions(_ sites: [String: AllocationFigures]) -> [String: Int] {
      sites.reduce(into: [:]) { $0[String($1.key.prefix { $0 != "/" }), default: 0] += $1.value.allocObjects }
    }
    #expect(functions(ours.allocCallSites) == functions(kernels.allocCallSites))
    #expect(stream.unrecognisedEvents == 0 && stream.counts.malformedLines == 0)
  }

  @Test func formatFileIsParsed() throws {
    let format = try #require(
      EventFormat(
        """
        name: kmem_cache_free
        ID: 655
        format:
        \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
        \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

        \tfield:unsigned long call_site;\toffset:8;\tsize:8;\tsigned:0;
        \tfield:const void * ptr;\toffset:16;\tsize:8;\tsigned:0;
        \tfield:__data_loc char[] name;\toffset:24;\tsize:4;\tsigned:0;

        print fmt: "call_site=%pS"
        """))
    #expect(format.name == "kmem_cache_free" && format.identifier == 655)
    #expect(format.fields.map(\.name) == ["common_type", "common_pid", "call_site", "ptr", "name"])
    #expect(format["name"]?.location == .fromStart && format["ptr"]?.offset == 16)
    #expect(EventFormat("name: x\nformat:\n") == nil)
  }

  @Test func addressesHaveTheNamesThatTheKernelPrints() {
    let symbols = KernelSymbols(
      kallsyms: Array("ffffffff81000100 T b\nffffffff81000000 T a\nffffffff81000100 t alias\n0000 D d\n".utf8))
    #expect(symbols.name(of: 0xffff_ffff_8100_0024) == "a+0x24/0x100")
    #expect(symbols.name(of: 0xffff_ffff_8100_0100) == "b+0x0/0x0")
    #expect(symbols.name(of: 0x10) == nil)
  }

  /// No contents of a page make the reader trap or read outside the page.
  @Test func malformedPagesAreReadOrRefused() throws {
    let format = try #require(
      EventFormat(
        """
        name: kfree
        ID: 3
        format:
        \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
        \tfield:unsigned long call_site;\toffset:8;\tsize:8;\tsigned:0;
        \tfield:const void * ptr;\toffset:16;\tsize:8;\tsigned:0;
        """))
    var stream = try KernelStream(formats: [format], headerPage: nil, symbols: KernelSymbols(kallsyms: []), cpus: 1)
    var random = SystemRandomNumberGenerator()
    var events: [AllocationEvent] = []
    for _ in 0..<3000 {
      var page = (0..<Int.random(in: 0...4096)).map { _ in UInt8.random(in: 0...255, using: &random) }
      // Makes the length in the header valid in some of the pages.
      if page.count > 16, Bool.random() {
        page.replaceSubrange(8..<16, with: [UInt8.random(in: 0...255), 1, 0, 0, 0, 0, 0, 0])
      }
      page.withUnsafeBytes { stream.read($0, cpu: 0) }
      stream.removeEvents(into: &events)
    }
  }
}
