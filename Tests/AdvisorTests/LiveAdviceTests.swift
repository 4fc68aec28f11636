import Testing

@testable import Advisor

@Suite struct LiveAdviceTests {
  @Test func requestedSizesAreAdvisedBetweenPowersOfTwo() {
    let powers = (3...17).map { 1 << $0 }
    let advice = LiveAdvice(live: [(640, 5000), (1000, 100), (1920, 900)], powers: powers)
    #expect(Set(advice.sizes).isSuperset(of: powers + [640, 1920]))
    #expect(advice.sizes.count <= powers.count + LiveAdvice.mostAdded && advice.sizes == advice.sizes.sorted())
    #expect(LiveAdvice(live: [], powers: powers).sizes == powers)
  }
}
