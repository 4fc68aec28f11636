/// Lets an object be moved, so that the shuffler can evacuate its slab. Called with no lock held, for addresses that may
/// be free objects in some magazine: the mover has to recognise its own.
///
/// To agree, take whatever lock keeps the object from being freed or changed, make every reference to `move.from` point
/// to `move.to`, call `move.carryOut()`, and answer `.yes`. While it answers otherwise, the object stays where it is.
public typealias ObjectMover = @Sendable (_ move: ObjectMove) -> MoveAnswer

/// A move that the shuffler proposes.
public struct ObjectMove {
  /// Where the object is, and where it would be; both are its own while the mover decides.
  public let from: UnsafeMutableRawPointer
  /// Where it would be.
  public let to: UnsafeMutableRawPointer
  /// The cache's object size.
  public let bytes: Int
  private let engine: SlabEngine

  init(from: UnsafeMutableRawPointer, to: UnsafeMutableRawPointer, bytes: Int, engine: SlabEngine) {
    self.from = from
    self.to = to
    self.bytes = bytes
    self.engine = engine
  }

  /// Copies the object, and what the engine knows of its allocation. With whatever held that keeps others from freeing it.
  /// - Parameter copying: false where nothing that matters was ever written into the object.
  public func carryOut(copying: Bool = true) {
    if copying { to.copyMemory(from: from, byteCount: bytes) }
    engine.moveRecord(from: from, to: to)
  }
}

/// What a mover says (illumos, usr/src/uts/common/os/kmem.c, kmem_cbrc_t).
public enum MoveAnswer: Sendable, Hashable, CaseIterable {
  /// Moved: the old object is the engine's to free.
  case yes
  /// This object never moves; its slab is left alone for good.
  case no
  /// Not now, perhaps later.
  case later
  /// The owner needs the object no more: both are the engine's to free.
  case dontNeed
  /// The mover doesn't know the object: it is free in some magazine, or on its way.
  case dontKnow
}
