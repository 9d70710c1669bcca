export const AdminScreen = () => null
