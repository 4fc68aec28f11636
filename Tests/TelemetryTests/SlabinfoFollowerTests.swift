import Testing

@testable import Telemetry

/// A follower must yield what reading the whole text anew yields, or leave the text to that.
@Suite struct SlabinfoFollowerTests {
  private static let title = "slabinfo - version: 2.1\n# name <active_objs> <num_objs> <objsize> <objperslab>\n"

  private static func row(_ name: String, active: Int, slabs: Int, objects: Int = 21, lacking: Int = 0, pages: Int = 1)
    -> String
  {
    "\(name)  \(active)  \(slabs * objects - lacking) 192 \(objects) \(pages) : tunables 0 0 0 "
      + ": slabdata \(slabs) \(slabs) 0\n"
  }

  private static func read(_ text: String) throws -> Snapshot {
    try SavedSnapshot.read(Array(text.utf8), name: "saved")
  }

  @Test(arguments: 1...20) func changedFiguresAreFollowed(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    func text() -> String {
      SlabinfoFollowerTests.title
        + (0..<30).map { index in
          let slabs = Int.random(in: 0...2000, using: &random)
          let lacking = slabs > 0 ? Int.random(in: 0...min(slabs, 3), using: &random) * 21 : 0
          return index % 3 == 0
            ? SlabinfoFollowerTests.row(
              "cache_\(index)", active: slabs, slabs: slabs, objects: 42, lacking: lacking, pages: 2)
            : SlabinfoFollowerTests.row("kmalloc-\(index * 8)", active: slabs * 20, slabs: slabs)
        }.joined()
    }
    var snapshot = try SlabinfoFollowerTests.read(text())
    var first = text()
    snapshot = try SlabinfoFollowerTests.read(first)
    var follower = try #require(SlabinfoFollower(Array(first.utf8), snapshot))
    for _ in 0..<10 {
      // Some rows are of the text before.
      let (old, new) = (first.split(separator: "\n"), text().split(separator: "\n"))
      first = zip(old, new).map { Bool.random(using: &random) ? $0 : $1 }.joined(separator: "\n") + "\n"
      #expect(follower.update(&snapshot, to: Array(first.utf8)))
      #expect(try snapshot == SlabinfoFollowerTests.read(first))
    }
  }

  @Test(arguments: [
    "slabinfo - version: 2.1\n# name\n" + row("a", active: 1, slabs: 1) + row("c", active: 2, slabs: 2),
    "slabinfo - version: 2.0\n# name\n" + row("a", active: 1, slabs: 1) + row("b", active: 2, slabs: 2),
    "slabinfo - version: 2.1\n# name\n" + row("a", active: 1, slabs: 1),
    "slabinfo - version: 2.1\n# name\n" + row("a", active: 1, slabs: 1) + row("b", active: 2, slabs: 2)
      + row("c", active: 2, slabs: 2),
    "slabinfo - version: 2.1\n# name\n" + row("a", active: 1, slabs: 1) + row("b", active: 2, slabs: 2, objects: 22),
    "slabinfo - version: 2.1\n# name\n" + row("a", active: 1, slabs: 1) + "b 3 4 192 21 1 : tunables 0 0 0 : slabdata",
    "slabinfo - version: 2.1\n# name\n" + row("a", active: 1, slabs: 1)
      + row("b", active: 2, slabs: 2).replacing(" 42 ", with: " 99999999999999999999 "),
    "", "{}",
  ])
  func otherChangesAreLeftToTheReader(text: String) throws {
    let before =
      "slabinfo - version: 2.1\n# name\n" + SlabinfoFollowerTests.row("a", active: 1, slabs: 1)
      + SlabinfoFollowerTests.row("b", active: 2, slabs: 2)
    var snapshot = try SlabinfoFollowerTests.read(before)
    let unchanged = snapshot
    var follower = try #require(SlabinfoFollower(Array(before.utf8), snapshot))
    #expect(!follower.update(&snapshot, to: Array(text.utf8)) && snapshot == unchanged)
    #expect(follower.update(&snapshot, to: Array(before.utf8)) && snapshot == unchanged)
  }

  @Test(arguments: [
    "> " + title + "> " + row("a", active: 1, slabs: 1), title + "\n\n" + row("a", active: 1, slabs: 1) + "\ntext\n",
    "slabinfo - version: 1.0\na 1 2\n", row("a", active: 1, slabs: 1),
  ])
  func onlyPlainTextsAreFollowed(text: String) throws {
    #expect(SlabinfoFollower(Array(text.utf8), try SlabinfoFollowerTests.read(text)) == nil)
  }
}
