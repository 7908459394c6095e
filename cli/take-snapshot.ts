export async function takeSnapshot(_scan: string, _file: string, _options: object): Promise<void> {}
