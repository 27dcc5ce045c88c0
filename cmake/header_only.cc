// The one source of a module that consists of headers.
