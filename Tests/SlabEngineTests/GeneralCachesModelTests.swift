import Testing

/// A model of the atomic steps on the list of general caches, run in every order in which threads can take these steps.
///
/// A state is small and is copied at each branch. The memory of the model is sequentially consistent. The only
/// additional effect of weaker memory orders would be that a lookup reaches a node before its fields are visible,
/// which the release order of the compare-and-swap and the acquire order of the lookup's loads exclude.
/// ThreadSanitizer checks these on the real list (`GeneralCachesRaceTests`).
@Suite struct GeneralCachesModelTests {
  @Test func everyInterleavingKeepsTheListInOrderAndServesEachRequest() {
    // 64 and 128 exist from the start. Programs: additions of different sizes and of one size, a retirement, a lookup.
    let programs: [[ModelThread]] = [
      [.add(96), .add(112), .lookUp(90)],
      [.add(96), .add(96), .lookUp(96)],
      [.add(96), .retire(96), .lookUp(65)],
      [.add(112), .add(96), .retire(112), .lookUp(100)],
      [.add(80), .add(96), .add(112)],
    ]
    for program in programs {
      var explored = 0
      explore(ModelState(threads: program), &explored)
      #expect(explored > 10, "\(program)")
    }
  }

  private func explore(_ state: ModelState, _ explored: inout Int) {
    let runnable = state.threads.indices.filter { !state.threads[$0].isDone }
    if runnable.isEmpty {
      explored += 1
      state.checkEnd()
    }
    for thread in runnable {
      var next = state
      next.step(thread)
      next.check()
      explore(next, &explored)
    }
  }
}

private struct ModelNode {
  let size: Int
  var largestRequest: Int
  var next: Int?
}

/// An operation of a thread, with the values that its earlier steps have read.
private enum ModelThread {
  case add(Int), adding(Int, at: Int, saw: Int?), added
  case retire(Int), retiring(Int, at: Int), retired
  case lookUp(Int), looking(Int, at: Int), found(Int, size: Int)

  var isDone: Bool {
    switch self {
    case .added, .retired, .found: true
    default: false
    }
  }
}

private struct ModelState {
  var nodes = [ModelNode(size: 64, largestRequest: 64, next: 1), ModelNode(size: 128, largestRequest: 128, next: nil)]
  var threads: [ModelThread]

  /// Executes one atomic step of a thread: a load or a compare-and-swap.
  mutating func step(_ index: Int) {
    switch threads[index] {
    case .add(let size): threads[index] = .adding(size, at: 0, saw: nil)
    case .adding(let size, let node, nil):
      // Load `next`, and compare with the successor's size, which never changes.
      let successor = nodes[node].next!
      if nodes[successor].size < size {
        threads[index] = .adding(size, at: successor, saw: nil)
      } else if nodes[successor].size == size {
        // Put the size back into service unless it is in service: one compare-and-swap of `largestRequest`.
        if nodes[successor].largestRequest == 0 { nodes[successor].largestRequest = size }
        threads[index] = .added
      } else {
        threads[index] = .adding(size, at: node, saw: successor)
      }
    case .adding(let size, let node, let expected?):
      if nodes[node].next == expected {
        nodes.append(ModelNode(size: size, largestRequest: size, next: expected))
        nodes[node].next = nodes.count - 1
        threads[index] = .added
      } else {
        threads[index] = .adding(size, at: node, saw: nil)
      }
    case .retire(let size): threads[index] = .retiring(size, at: 0)
    case .retiring(let size, let node):
      let successor = nodes[node].next!
      if nodes[successor].size < size {
        threads[index] = .retiring(size, at: successor)
      } else {
        if nodes[successor].size == size { nodes[successor].largestRequest = 0 }
        threads[index] = .retired
      }
    case .lookUp(let bytes): threads[index] = .looking(bytes, at: 0)
    case .looking(let bytes, let node):
      let successor = nodes[node].next!
      threads[index] =
        nodes[successor].largestRequest < bytes
        ? .looking(bytes, at: successor) : .found(bytes, size: nodes[successor].size)
    case .added, .retired, .found: break
    }
  }

  /// Checks a state: sizes ascend strictly from 64 to 128, and each node that a lookup found fits its request.
  func check() {
    let sizes = walk()
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 } && sizes.first == 64 && sizes.last == 128)
    for case .found(let bytes, let size) in threads { #expect(size >= bytes) }
  }

  /// Checks the final state: each added size is in the list once.
  func checkEnd() { #expect(walk().count == nodes.count) }

  private func walk() -> [Int] {
    var sizes: [Int] = []
    var node: Int? = 0
    while let current = node {
      sizes.append(nodes[current].size)
      node = nodes[current].next
    }
    return sizes
  }
}
