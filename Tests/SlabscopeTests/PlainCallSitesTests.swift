import Profiles
import Testing

@testable import slabscope

@Suite struct PlainCallSitesTests {
  private func profile(_ live: [String: Int]) -> AllocationProfile {
    let figures = live.map { site, objects in
      var figures = AllocationFigures()
      (figures.allocObjects, figures.liveObjects, figures.liveBytes) = (objects, objects, objects * 1024)
      let context = AllocationContext(
        site: site, cache: "kmalloc-1k", isGeneral: true, requestedBytes: 1000, allocatedBytes: 1024)
      return (context, figures)
    }
    return AllocationProfile(source: ProfileSource(name: "test", events: 1, microseconds: 1), figures: figures)
  }

  @Test func callSitesWithTheMostLiveBytesComeFirst() {
    let sites = Dictionary(uniqueKeysWithValues: (1...9).map { ("site\($0)\u{1B}", $0 * 10) })
    let text = PlainCallSites(profile(sites), since: nil).text
    let lines = text.split(separator: "\n")
    #expect(lines.count == 8 && lines[0].hasPrefix("CALL SITE") && lines[7] == "3 more call sites")
    #expect(lines[1].hasPrefix("site9") && lines[1].hasSuffix("-") && lines.allSatisfy { $0.count <= 80 })
    #expect(!text.contains("\u{1B}"))
  }

  @Test func growthIsCountedFromTheTableBefore() {
    let text = PlainCallSites(profile(["old": 4, "new": 2]), since: profile(["old": 7])).text
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: " ").map(String.init) }
    #expect(rows == [["old", "4", "4", "-3", "-3"], ["new", "2", "2", "+2", "+2"]])
  }

  @Test func profileWithoutLiveObjectsHasNoTable() {
    #expect(PlainCallSites(nil, since: nil).text.isEmpty && PlainCallSites(profile(["a": 0]), since: nil).text.isEmpty)
  }
}
