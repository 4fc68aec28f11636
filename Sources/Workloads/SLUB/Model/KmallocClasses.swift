import Recordings

/// kmalloc's size classes and their types (mm/slab_common.c): powers of two from 8 to 8192 bytes, 96 and 192. Larger
/// requests go to the page allocator.
public enum KmallocClasses {
  /// The classes' sizes in bytes, ascending.
  public static let sizes = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192]
  /// The largest request that a class serves.
  public static let largest = 8192

  /// The size of the class that serves a request of up to `largest` bytes.
  public static func size(for bytes: Int) -> Int { sizes.first { $0 >= bytes } ?? largest }

  /// The name of the normal cache of a class.
  static func name(_ size: Int) -> String { KmallocKind.normal.cacheName(bytes: size) }

  /// The size of the class of this name; nil if it is no kmalloc cache.
  static func size(named name: String) -> Int? { KmallocKind.parse(name)?.bytes }
}
