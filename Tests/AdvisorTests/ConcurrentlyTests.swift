import Testing

@testable import Advisor

/// Work on several threads.
@Suite struct ConcurrentlyTests {
  private struct Odd: Error, Equatable { let number: Int }

  @Test func resultsHaveTheOrderOfTheElements() throws {
    #expect(try Concurrently.map(Array(0..<1000)) { $0 * 2 } == (0..<1000).map { $0 * 2 })
    #expect(try Concurrently.map([Int]()) { $0 }.isEmpty)
    // A result that is nil is a result.
    #expect(try Concurrently.map([1, 2, 3]) { $0 == 2 ? nil : $0 } == [1, nil, 3])
  }

  @Test func errorIsThatOfTheFirstElementThatFails() {
    #expect(throws: Odd(number: 3)) {
      try Concurrently.map(Array(0..<1000)) { number in
        if number >= 3 { throw Odd(number: number) }
        return number
      }
    }
  }

  @Test func bothFunctionsHaveResults() throws {
    let (one, two) = try Concurrently.both {
      1
    } _: {
      "two"
    }
    #expect(one == 1 && two == "two")
    #expect(throws: Odd(number: 1)) {
      try Concurrently.both {
        throw Odd(number: 1)
      } _: {
        throw Odd(number: 2)
      }
    }
  }
}
