import Testing
import TextOutput

@Suite struct EditDistanceTests {
  @Test(arguments: [("", "", 0), ("slab", "slab", 0), ("slab", "slub", 1), ("kitten", "sitting", 3), ("", "slab", 4)])
  func distanceCountsChangedCharacters(left: String, right: String, distance: Int) {
    #expect(EditDistance.between(left, right) == distance)
    #expect(EditDistance.between(right, left) == distance)
  }

  @Test func similarNameIsSuggested() {
    #expect(EditDistance.suggestion(for: "brust", among: ["steady", "burst"]) == "; did you mean 'burst'?")
  }

  @Test func dissimilarNameIsNotSuggested() {
    #expect(EditDistance.suggestion(for: "kernel", among: ["steady", "burst"]) == "")
    #expect(EditDistance.nearest(to: "x", among: []) == nil)
  }
}
