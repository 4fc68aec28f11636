internal import Glibc
internal import Synchronization

/// Background slab shuffling against fragmentation (S8): sparse slabs are evacuated through the movers of their caches,
/// empty slabs are returned to the page allocator, and the memory of free pages beyond a reserve is released to the
/// operating system.
///
/// Call `step()` for reproducible results, or `start()` to run in a separate thread. Other threads may allocate and
/// free meanwhile:
///
///     partial slab ─▶ begin evacuation: no object is allocated from the slab any more; frees into it continue
///                  ─▶ for each object in use: allocate one in a fuller slab, ask the mover
///                     yes ─▶ free the old object      no, later, don't know ─▶ free the new object
///                  ─▶ empty: return its pages         otherwise: put the slab back on its list
///
/// The owner of an object and the mover must synchronise with each other, usually by a lock. The shuffler calls the
/// mover with no lock of the engine held, and does not access an object unless the mover has passed it to the engine.
public final class Shuffler: Sendable {
  private let engine: SlabEngine
  private let budget: ShuffleBudget
  private let state = Guarded(State())
  private let thread = Guarded<pthread_t?>(nil)
  private let isStopping = Atomic<Bool>(false)

  private struct State {
    var ledger = ShuffleLedger()
    /// Index of the pool with which the next round begins, so that all pools are processed even if the budget is too
    /// small for one round.
    var firstPool = 0
  }

  /// Creates a shuffler for an engine. It does nothing until `step()` or `start()` is called.
  public init(_ engine: SlabEngine, budget: ShuffleBudget = ShuffleBudget()) {
    self.engine = engine
    self.budget = budget
  }

  deinit {
    stop()
    state.destroy()
    thread.destroy()
  }

  /// Cost and benefit so far. Any thread may read it; it waits for a round in progress.
  public var ledger: ShuffleLedger { state.withLock(\.ledger) }

  /// Runs one round within the budget. If a round is in progress on another thread, waits for its end first.
  /// - Returns: Whether an object was moved, or a page was returned or released.
  @discardableResult
  public func step() -> Bool {
    state.withLock { state in
      let before = (state.ledger.total, state.ledger.pagesReleased)
      var round = ShuffleRound(engine: engine, budget: budget, ledger: state.ledger)
      state.firstPool = round.run(from: state.firstPool)
      state.ledger = round.ledger
      let after = state.ledger.total
      return after.objectsMoved != before.0.objectsMoved || after.pagesReclaimed != before.0.pagesReclaimed
        || state.ledger.pagesReleased != before.1
    }
  }

  /// Starts a thread that runs rounds until `stop()`. Does nothing if the thread is already running.
  public func start() {
    thread.withLock { thread in
      guard thread == nil else { return }
      isStopping.store(false, ordering: .relaxed)
      var handle = pthread_t()
      let status = pthread_create(
        &handle, nil,
        { argument in
          // The reference is unretained because `stop` joins the thread before the shuffler is destroyed.
          Unmanaged<Shuffler>.fromOpaque(argument!).takeUnretainedValue().run()
          return nil
        }, Unmanaged.passUnretained(self).toOpaque())
      if status == 0 { thread = handle }
    }
  }

  /// Stops the thread and waits for the end of its current round.
  public func stop() {
    isStopping.store(true, ordering: .relaxed)
    thread.withLock { thread in
      if let running = thread { pthread_join(running, nil) }
      thread = nil
    }
  }

  /// Runs rounds. The pauses in between are divided, so that `stop` need not wait for the end of one.
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
