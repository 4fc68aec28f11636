import Testing
import TextOutput

@Suite struct EditDistanceTests {
  @Test(arguments: [("", "", 0), ("slab", "slab", 0), ("slab", "slub", 1), ("kitten", "sitting", 3), ("", "slab", 4)])
  func distanceCountsChangedCharacters(left: String, right: String, distance: Int) {
    #expect(EditDistance.between(left, right) == distance)
    #expect(EditDistance.between(right, left) == distance)
  }

  @Test(arguments: [("rnu", "run", 1), ("brust", "burst", 1), ("ca", "abc", 3), ("abcd", "badc", 2), ("ab", "ba", 1)])
  func exchangedNeighboursAreOneChange(left: String, right: String, distance: Int) {
    #expect(EditDistance.between(left, right) == distance)
    #expect(EditDistance.between(right, left) == distance)
  }

  @Test func shortWordsMayDifferByOneCharacter() {
    #expect(EditDistance.nearest(to: "rnu", among: ["info", "run"]) == "run")
    #expect(EditDistance.nearest(to: "tcp", among: ["p", "udp"]) == nil)
    #expect(EditDistance.nearest(to: "wxyz", among: ["wxab"]) == nil)
    #expect(EditDistance.nearest(to: "dash", among: ["dashed"]) == nil)
  }

  @Test func longWordsMayDifferByTwoCharacters() {
    #expect(EditDistance.nearest(to: "palets", among: ["palettes"]) == "palettes")
    #expect(EditDistance.nearest(to: "snapshot", among: ["snapxyzt"]) == nil)
  }

  @Test func mostCharactersOfASuggestionAreInTheWord() {
    #expect(EditDistance.nearest(to: "xz", among: ["xy"]) == nil)
    #expect(EditDistance.nearest(to: "x", among: ["y", "xy"]) == nil)
    #expect(EditDistance.nearest(to: "wbe", among: ["web"]) == "web")
  }

  @Test func similarNameIsSuggested() {
    #expect(EditDistance.suggestion(for: "brust", among: ["steady", "burst"]) == "; did you mean 'burst'?")
  }

  @Test func dissimilarNameIsNotSuggested() {
    #expect(EditDistance.suggestion(for: "kernel", among: ["steady", "burst"]) == "")
    #expect(EditDistance.nearest(to: "x", among: []) == nil)
  }
}
