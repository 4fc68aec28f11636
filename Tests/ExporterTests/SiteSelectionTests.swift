import Profiles
import Testing

@testable import Exporter

@Suite("Call sites that have time series of their own")
struct SiteSelectionTests {
  private typealias Row = (site: String, slab: String, objects: Int, live: Int)

  private func rows(_ selection: inout SiteSelection, _ sites: [Row]) -> [String: (objects: Int, live: Int)] {
    let profile = AllocationProfile.of(sites.map { ($0.site, $0.slab, $0.objects, $0.live) })
    let series = selection.series(of: profile) { _ in true }
    // Labels are unique, and sums are exact.
    #expect(series.reduce(0) { $0 + $1.figures.allocObjects } == sites.reduce(0) { $0 + $1.objects })
    #expect(series.reduce(0) { $0 + $1.figures.allocBytes } == sites.reduce(0) { $0 + $1.objects } * 64)
    #expect(series.reduce(0) { $0 + $1.figures.liveBytes } == sites.reduce(0) { $0 + $1.live } * 64)
    return Dictionary(
      uniqueKeysWithValues: series.map { row in
        (row.labels.map(\.value).joined(separator: " "), (row.figures.allocObjects, row.figures.liveObjects))
      })
  }

  @Test("The first by live bytes and the first by rate are listed; each cache has a rest")
  func choice() {
    var selection = SiteSelection(limit: 1)
    let rows = rows(
      &selection, [("big", "a", 10, 10), ("busy", "b", 100, 0), ("other", "a", 5, 5), ("more", "b", 6, 1)])
    #expect(Set(rows.keys) == ["big a", "busy b", "(rest) a", "(rest) b"])
    #expect(rows["(rest) a"]?.objects == 5 && rows["(rest) b"]?.live == 1)
  }

  @Test("No counter decreases when a call site joins the list")
  func joining() throws {
    var selection = SiteSelection(limit: 1)
    let before = rows(&selection, [("one", "a", 100, 10), ("two", "a", 50, 0)])
    #expect(before["(rest) a"]?.objects == 50)
    let after = rows(&selection, [("one", "a", 101, 10), ("two", "a", 90, 0)])
    // What `two` had allocated before stays in the rest.
    #expect(after["two a"]?.objects == 40 && after["(rest) a"]?.objects == 50 && after["one a"]?.objects == 101)
    let later = rows(&selection, [("one", "a", 130, 10), ("two", "a", 95, 0)])
    #expect(later["two a"]?.objects == 45 && later["(rest) a"]?.objects == 50)
  }

  @Test("A call site that leaves the list is counted by the rest, and the number of series has a bound")
  func leaving() {
    var selection = SiteSelection(limit: 2)
    var counts = [Int](repeating: 0, count: 30)
    for round in 0..<20 {
      for index in counts.indices { counts[index] += (index * 7 + round * 5) % 30 }
      let found = rows(
        &selection, counts.enumerated().map { ("f\($0.offset)", "a", $0.element, ($0.offset + round) % 9) })
      #expect(found.count <= 5 && found["(rest) a"] != nil)
    }
  }

  @Test("Without a limit there is only the rest")
  func none() {
    var selection = SiteSelection(limit: 0)
    #expect(rows(&selection, [("one", "a", 3, 1), ("two", "b", 4, 1)]).keys.sorted() == ["(rest) a", "(rest) b"])
  }
}
