import Testing

/// The list of gnodes as a model of its atomic steps, run in every order in which threads can take them.
///
/// A state is small and copied at each branch. The model's memory is sequentially consistent: what weaker orders could
/// add is that a look-up reaches a node before its fields, which the release of the one compare-and-swap and the
/// look-up's acquiring loads rule out; ThreadSanitizer checks those on the real list (`GeneralCachesRaceTests`).
@Suite struct GeneralCachesModelTests {
  @Test func everyInterleavingKeepsTheListInOrderAndServesEachRequest() {
    // 64 and 128 are there from the start. Two adds, of different sizes, of one size, a retirement, and a look-up.
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
  var serves: Int
  var next: Int?
}

/// A thread and where it is in its operation: what it read in earlier steps.
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
  var nodes = [ModelNode(size: 64, serves: 64, next: 1), ModelNode(size: 128, serves: 128, next: nil)]
  var threads: [ModelThread]

  /// One atomic step of a thread: a load, or a compare-and-swap.
  mutating func step(_ index: Int) {
    switch threads[index] {
    case .add(let size): threads[index] = .adding(size, at: 0, saw: nil)
    case .adding(let size, let node, nil):
      // Load `next`, and compare with the successor's size, which never changes.
      let successor = nodes[node].next!
      if nodes[successor].size < size {
        threads[index] = .adding(size, at: successor, saw: nil)
      } else if nodes[successor].size == size {
        // Revive, or find it there: one compare-and-swap of `serves`.
        if nodes[successor].serves == 0 { nodes[successor].serves = size }
        threads[index] = .added
      } else {
        threads[index] = .adding(size, at: node, saw: successor)
      }
    case .adding(let size, let node, let expected?):
      if nodes[node].next == expected {
        nodes.append(ModelNode(size: size, serves: size, next: expected))
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
        if nodes[successor].size == size { nodes[successor].serves = 0 }
        threads[index] = .retired
      }
    case .lookUp(let bytes): threads[index] = .looking(bytes, at: 0)
    case .looking(let bytes, let node):
      let successor = nodes[node].next!
      threads[index] =
        nodes[successor].serves < bytes
        ? .looking(bytes, at: successor) : .found(bytes, size: nodes[successor].size)
    case .added, .retired, .found: break
    }
  }

  /// In every state: sizes strictly ascend from 64 to 128, and what was found fits.
  func check() {
    let sizes = walk()
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 } && sizes.first == 64 && sizes.last == 128)
    for case .found(let bytes, let size) in threads { #expect(size >= bytes) }
  }

  /// When all is done: each size that was added is there once, none was lost.
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
