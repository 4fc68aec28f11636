import Profiles
import Testing
import TextOutput

@Suite("Live objects of general caches by requested size")
struct LiveSizesTests {
  private func profile(_ contexts: [(site: String, isGeneral: Bool, requested: Int, live: Int)]) -> AllocationProfile {
    AllocationProfile(
      source: ProfileSource(name: "x", events: 1, microseconds: 1),
      figures: contexts.map { context in
        var figures = AllocationFigures()
        figures.liveObjects = context.live
        return (
          AllocationContext(
            site: context.site, cache: "c", isGeneral: context.isGeneral, requestedBytes: context.requested,
            allocatedBytes: 256), figures
        )
      })
  }

  private func text(_ family: MetricFamily) -> [String] {
    family.samples.map { "\($0.labels[0].name)=\($0.labels[0].value) \($0.number)" }
  }

  @Test("Objects of all call sites are added up by size; named caches and whole pages are left out")
  func sizes() {
    let profile = profile([
      ("f", true, 96, 3), ("g", true, 96, 4), ("h", false, 96, 5), ("i", true, 300_000, 1), ("j", true, 8, 0),
    ])
    #expect(profile.liveObjectsBySize(upTo: 1 << 17) == [96: 7])
    #expect(text(AllocationProfile.liveSizes([96: 7, 8: 2])) == ["bytes=8 2", "bytes=96 7"])
    #expect(AllocationProfile.liveSizes([:]).samples.isEmpty)
  }

  @Test("Sizes with the fewest bytes are counted as the next larger size, so that no object is lost")
  func limit() {
    let objects = [8: 100, 16: 1, 32: 50, 64: 2, 128: 1]
    #expect(text(AllocationProfile.liveSizes(objects, atMost: 3)) == ["bytes=8 100", "bytes=32 51", "bytes=128 3"])
    // The largest size is kept even if it has the fewest bytes.
    #expect(text(AllocationProfile.liveSizes([8: 100, 512: 1], atMost: 1)) == ["bytes=512 101"])
  }
}
