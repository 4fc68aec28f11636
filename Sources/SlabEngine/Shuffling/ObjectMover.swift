/// Function that moves an object of a cache, so that the shuffler can evacuate the object's slab. It is called with no
/// lock of the engine held, possibly for an object that is free in a magazine: it must recognise its own live objects.
///
/// To move the object, take the lock that prevents the object from being freed or changed, make every reference to
/// `move.from` refer to `move.to`, call `move.perform()`, and return `.yes`. If any other answer is returned, the
/// object stays at its address.
public typealias ObjectMover = @Sendable (_ move: ObjectMove) -> MoveAnswer

/// A move of an object that the shuffler proposes.
public struct ObjectMove {
  /// Current address of the object.
  public let from: UnsafeMutableRawPointer
  /// Address to which the object can be moved. The memory is reserved for it until the mover returns.
  public let to: UnsafeMutableRawPointer
  /// Object size of the cache in bytes.
  public let bytes: Int
  private let engine: SlabEngine

  init(from: UnsafeMutableRawPointer, to: UnsafeMutableRawPointer, bytes: Int, engine: SlabEngine) {
    self.from = from
    self.to = to
    self.bytes = bytes
    self.engine = engine
  }

  /// Copies the object and its record. Call it with the lock held that prevents the object from being freed.
  /// - Parameter copying: Whether to copy the object's bytes. Pass false if the object has no contents to keep.
  public func perform(copying: Bool = true) {
    if copying { to.copyMemory(from: from, byteCount: bytes) }
    engine.moveRecord(from: from, to: to)
  }
}

/// Answer of a mover (illumos, usr/src/uts/common/os/kmem.c, kmem_cbrc_t).
public enum MoveAnswer: Sendable, Hashable, CaseIterable {
  /// The object was moved; the engine frees its old memory.
  case yes
  /// The object can never be moved. Its slab is not evacuated again.
  case no
  /// The object cannot be moved now, but possibly later.
  case later
  /// The owner does not need the object; the engine frees it.
  case dontNeed
  /// The mover does not know the object, for example because it is free in a magazine.
  case dontKnow
}
