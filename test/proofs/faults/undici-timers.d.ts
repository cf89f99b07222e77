declare module 'undici/lib/util/timers.js' {
  const timers: {
    /** Lets that many milliseconds pass for the time limits of requests. */
    tick(delay: number): void;
  };
  export default timers;
}
