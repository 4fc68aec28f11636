internal import Glibc
internal import Synchronization

/// Background slab shuffling against fragmentation (S8 of the mail): sparse slabs are evacuated through their caches'
/// movers, if they have any, empty ones go back to the page allocator, and free pages beyond a reserve to the system.
///
/// Step it by hand for repeatable results, or let it run in a thread of its own. It may race with allocations and frees:
///
///     partial slab ─▶ set apart: nothing is taken from it, frees into it go on
///                  ─▶ for each object out of it: take one from a fuller slab, ask the mover
///                     yes ─▶ the old one is put back      no, later, don't know ─▶ the new one is
///                  ─▶ empty: its pages are returned       else: back to its list
///
/// An object's owner and the mover agree between themselves on who holds it (a lock, as a rule): the shuffler calls the
/// mover with no lock held, and touches an old object only after the mover said that it is the engine's.
public final class Shuffler: Sendable {
  private let engine: SlabEngine
  private let budget: ShuffleBudget
  private let state = Guarded(State())
  private let thread = Guarded<pthread_t?>(nil)
  private let isStopping = Atomic<Bool>(false)

  private struct State {
    var ledger = ShuffleLedger()
    /// The pool that the next round begins with, so that a budget too small for all serves all in turn.
    var firstPool = 0
  }

  /// Gets ready to shuffle an engine's slabs.
  public init(_ engine: SlabEngine, budget: ShuffleBudget = ShuffleBudget()) {
    self.engine = engine
    self.budget = budget
  }

  deinit {
    stop()
    state.destroy()
    thread.destroy()
  }

  /// What it cost and earned so far.
  public var ledger: ShuffleLedger { state.withLock(\.ledger) }

  /// One round, within the budget. Rounds don't overlap: called while another goes on, it waits.
  /// - Returns: whether anything was moved, earned or given to the system.
  @discardableResult
  public func step() -> Bool {
    state.withLock { state in
      let before = (state.ledger.total, state.ledger.pagesToSystem)
      var round = ShuffleRound(engine: engine, budget: budget, ledger: state.ledger)
      state.firstPool = round.run(from: state.firstPool)
      state.ledger = round.ledger
      let after = state.ledger.total
      return after.objectsMoved != before.0.objectsMoved || after.pagesEarned != before.0.pagesEarned
        || state.ledger.pagesToSystem != before.1
    }
  }

  /// Shuffles in a thread of its own, round after round, until `stop`.
  public func start() {
    thread.withLock { thread in
      guard thread == nil else { return }
      isStopping.store(false, ordering: .relaxed)
      var handle = pthread_t()
      let status = pthread_create(
        &handle, nil,
        { argument in
          // Unretained: `stop` joins the thread before the shuffler goes.
          Unmanaged<Shuffler>.fromOpaque(argument!).takeUnretainedValue().run()
          return nil
        }, Unmanaged.passUnretained(self).toOpaque())
      if status == 0 { thread = handle }
    }
  }

  /// Ends the thread, when its round is done.
  public func stop() {
    isStopping.store(true, ordering: .relaxed)
    thread.withLock { thread in
      if let running = thread { pthread_join(running, nil) }
      thread = nil
    }
  }

  /// Rounds, with a pause between that a stop does not have to wait out.
  private func run() {
    while !isStopping.load(ordering: .relaxed) {
      step()
      var left = budget.interval
      while left > 0, !isStopping.load(ordering: .relaxed) {
        let nap = min(left, 10_000_000)
        var time = timespec(tv_sec: 0, tv_nsec: Int(nap))
        nanosleep(&time, nil)
        left -= nap
      }
    }
  }
}
