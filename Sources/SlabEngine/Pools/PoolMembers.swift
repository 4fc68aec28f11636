/// Member caches of a pool, and the number of objects in use of each: live, or free in a magazine or depot. Part of
/// `SlabPool`, hence used only while the pool's lock is held.
struct PoolMembers {
  /// The largest number of caches that share a pool.
  static let most = 16

  struct Member {
    var cache: Int
    var objectsInUse = 0
    /// Whether the cache left the pool: it allocates from another pool, and its objects in this one are still to be freed.
    var hasLeft = false
  }

  private var slots = InlineArray<16, Member>(repeating: Member(cache: -1))
  private(set) var count = 0
  /// Position of the member that allocated or freed last. It is compared first.
  private var latest = 0

  subscript(position: Int) -> Member { slots[position] }

  /// Indices of all member caches, including those that left.
  var all: [Int] { (0..<count).map { slots[$0].cache } }

  /// Index of the cache that joined first.
  var first: Int { slots[0].cache }

  /// Index of the cache that reports the pool's slabs: the first that has not left, or the first if all left.
  var holder: Int {
    for position in 0..<count where !slots[position].hasLeft { return slots[position].cache }
    return first
  }

  /// Number of members that have not left.
  var staying: Int { (0..<count).reduce(0) { slots[$1].hasLeft ? $0 : $0 + 1 } }

  /// Returns the position of a cache among the members; nil if it is not a member.
  func position(of cache: Int) -> Int? {
    var position = 0
    while position < count {
      if slots[position].cache == cache { return position }
      position += 1
    }
    return nil
  }

  /// Returns the number of objects of this pool that are in use by a cache.
  func objectsInUse(of cache: Int) -> Int { position(of: cache).map { slots[$0].objectsInUse } ?? 0 }

  /// Makes a cache a member. Returns false if the pool already has `most` members.
  mutating func join(_ cache: Int) -> Bool {
    if let position = position(of: cache) {
      slots[position].hasLeft = false
      return true
    }
    guard count < PoolMembers.most else { return false }
    slots[count] = Member(cache: cache)
    count += 1
    return true
  }

  /// Marks a member as having left.
  mutating func leave(_ cache: Int) {
    if let position = position(of: cache) { slots[position].hasLeft = true }
  }

  /// Removes a member that has no object in use.
  mutating func remove(_ cache: Int) {
    guard let position = position(of: cache) else { return }
    count -= 1
    for later in position..<count { slots[later] = slots[later + 1] }
    slots[count] = Member(cache: -1)
    latest = 0
  }

  /// Adds to the number of objects in use of a member; `objects` is negative for frees.
  mutating func add(_ objects: Int, to cache: Int) {
    if slots[latest].cache != cache {
      guard let position = position(of: cache) else { return }
      latest = position
    }
    slots[latest].objectsInUse += objects
  }
}
